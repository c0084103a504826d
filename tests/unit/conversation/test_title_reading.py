from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from tests.fakes import NOON, ScriptedBackend, StillClock, assistant, connection, user
from tests.unit.conversation.watch import session
from tests.waiting import until
from tui.backends.traffic import RECENT_READS, UNHURRIED_S, Quota, Traffic, Waiting
from tui.conversation import Connection
from tui.conversation.history_cache import HistoryCache
from tui.conversation.title_reading import AHEAD_BYTES, MOST_READS
from tui.model import Session
from tui.safe_text import SafeText
from tui.store import AccountKey, MemoryAccount, MemoryStore, StoredMessage
from tui.store.memory_rows import MemoryCopies, MemoryRows
from tui.store.retention import Retention
from tui.store.sqlite import STORE_FILE, SqliteStore
from tui.values import replace

LONG = "word " * (AHEAD_BYTES // 10)
"""Two of them are more than is read ahead."""


def library(count: int, answer: str = "An answer.") -> ScriptedBackend:
    names = [f"s{number}" for number in range(count)]
    histories = {
        name: [user(f"{name}q", f"About {name}?"), assistant(f"{name}a", answer)] for name in names
    }
    clock = StillClock()
    return ScriptedBackend(
        histories, listed=[session(each) for each in names], seen_traffic=Traffic(clock)
    )


async def read_all(link: Connection, *session_ids: str) -> int:
    """Have sessions named as far as may be, and return how many were."""
    reader = link.title_reader
    reader.look_at(session_ids)
    count = 0
    for each in session_ids:
        if reader.may_read(each):
            count += await reader.read(each)
    return count


async def listed(backend: ScriptedBackend) -> Connection:
    link = connection(backend)
    await link.sessions()
    return link


async def test_all_sessions_in_sight_are_named_by_usual_histories() -> None:
    backend = library(25)
    link = await listed(backend)
    assert await read_all(link, *backend.histories) == backend.reads == 25
    assert {each.title for each in link.known_sessions()} == {f"About s{n}?" for n in range(25)}


@pytest.mark.parametrize("count", [3, 30])
async def test_of_long_histories_few_are_read_however_many_are_in_sight(count: int) -> None:
    backend = library(count, LONG)
    link = await listed(backend)
    await read_all(link, *backend.histories)
    assert backend.reads == 2
    await read_all(link, *backend.histories)
    assert backend.reads == 2


async def test_what_comes_into_sight_next_is_read_again_as_far_as_it_is_little() -> None:
    backend = library(8, LONG)
    link = await listed(backend)
    first, second = list(backend.histories)[:4], list(backend.histories)[4:]
    await read_all(link, *first)
    await read_all(link, *second)
    assert backend.reads == 4


async def test_a_filter_reads_few_however_many_have_no_name_and_none_that_the_store_names() -> None:
    count = 3 * MOST_READS
    backend, store = library(count), MemoryStore()
    before = connection(backend, store=store)
    await before.sessions()
    kept = list(backend.histories)[: MOST_READS // 2]
    for each in kept:
        await before.conversation(each).reread()
    backend.reads = 0
    link = connection(backend, store=MemoryStore(store))
    await link.sessions()
    reader = link.title_reader
    for typed in (1, 2):
        unread = reader.look_through(link.known_sessions())
        assert not set(unread) & set(kept)
        for each in unread:
            if reader.may_read(each):
                await reader.read(each)
        assert backend.reads == typed * MOST_READS


async def test_what_a_filter_has_used_up_is_not_missing_where_sessions_come_into_sight() -> None:
    backend = library(2 * MOST_READS + 1)
    link = await listed(backend)
    reader = link.title_reader
    *_, last = unread = reader.look_through(link.known_sessions())
    for each in unread:
        if reader.may_read(each):
            await reader.read(each)
    assert await read_all(link, last) == 1
    assert backend.reads == MOST_READS + 1
    assert not reader.may_read(unread[-2])


def slow_line(traffic: Traffic, clock: StillClock) -> None:
    for _ in range(RECENT_READS):
        with traffic.timed():
            clock.seconds += UNHURRIED_S + 0.1


def half_used_quota(traffic: Traffic, clock: StillClock) -> None:
    traffic.quota = Quota(100, 50, clock.seconds + 60)


def repetition(traffic: Traffic, clock: StillClock) -> None:
    traffic.waiting = Waiting(SafeText("HTTP 503"), clock.seconds + 1, 2, 5)


@pytest.mark.parametrize("trouble", [slow_line, half_used_quota, repetition])
async def test_nothing_is_read_ahead_where_others_would_have_to_wait(trouble: object) -> None:
    backend = library(3)
    clock = StillClock()
    backend.seen_traffic = Traffic(clock)
    link = await listed(backend)
    assert callable(trouble)
    trouble(backend.traffic, clock)
    assert await read_all(link, *backend.histories) == backend.reads == 0


async def test_one_slow_read_among_quick_ones_is_no_slow_line() -> None:
    clock = StillClock()
    traffic = Traffic(clock)
    for took_s in (0.1, 0.1, 10.0):
        with traffic.timed():
            clock.seconds += took_s
    assert not traffic.is_slow


async def test_a_session_that_has_changed_since_it_was_found_empty_is_read_again() -> None:
    backend = library(1)
    asked, backend.histories["s0"] = backend.histories["s0"], []
    link = await listed(backend)
    assert await read_all(link, "s0", "s0") == backend.reads == 1
    backend.histories["s0"] = asked
    backend.listed = [Session("s0", updated_at=NOON)]
    await link.sessions()
    assert await read_all(link, "s0") == 1
    assert link.known_sessions()[0].title == "About s0?"


async def test_a_session_that_is_gone_does_not_hold_up_the_others() -> None:
    backend = library(2)
    link = await listed(backend)
    del backend.histories["s0"]
    await read_all(link, "s0", "s1")
    assert [each.label for each in link.known_sessions()] == ["New session", "About s1?"]


async def test_a_session_deleted_while_it_is_read_leaves_nothing_behind() -> None:
    backend, gate = library(1), asyncio.Event()
    link = await listed(backend)
    backend.read_gates = [gate]
    reading = asyncio.create_task(link.title_reader.read("s0"))
    await until(lambda: not backend.read_gates)
    await link.delete_session("s0")
    gate.set()
    assert not await reading
    assert list(await link.store.messages("s0")) == []


async def test_what_was_read_ahead_opens_without_reading_as_long_as_there_is_room() -> None:
    backend = library(2)
    link = await listed(backend)
    await read_all(link, "s0")
    conversation = link.conversation("s0")
    await conversation.load()
    assert list(conversation.messages) == backend.histories["s0"]
    assert not conversation.stored.history.is_verified
    assert backend.reads == 1


async def test_of_what_was_read_ahead_only_titles_and_previews_stay_without_room() -> None:
    backend = library(3)
    link = connection(backend, histories=HistoryCache(0))
    await link.sessions()
    assert await read_all(link, *backend.histories) == 3
    assert [list(await link.store.messages(each)) for each in backend.histories] == [[], [], []]
    await link.sessions()
    first = link.known_sessions()[0]
    assert (first.title, first.preview) == ("About s0?", "An answer.")


@pytest.mark.parametrize(
    ("retention", "kept"),
    [
        (Retention(), ["s0", "s1"]),
        (Retention(age=timedelta(days=30)), ["s0"]),
        (Retention(size_bytes=100), []),
    ],
    ids=str,
)
async def test_what_is_beyond_the_limits_is_named_and_its_history_not_kept(
    retention: Retention, kept: list[str], tmp_path: Path
) -> None:
    backend = library(2)
    for days, name in ((1, "s0"), (40, "s1")):
        at = backend.listed.index(session(name))
        backend.listed[at] = replace(session(name), updated_at=NOON - timedelta(days=days))
    file = SqliteStore(tmp_path / STORE_FILE, pytest.fail)
    link = connection(backend, store=file.keeping(retention))
    await link.sessions()
    # what is there already leaves no room for what nobody asked for
    link.store.upsert_messages("other", [StoredMessage(0, assistant("a", "x" * 1_000))])
    await link.store.flush()
    assert await read_all(link, "s0", "s1") == 2
    assert {each.title for each in link.known_sessions()} == {"About s0?", "About s1?"}
    await link.store.flush()
    assert [each for each in ("s0", "s1") if await link.store.messages(each)] == kept
    await file.aclose()


class CountedCopies(MemoryCopies):
    """Copies that count how often all sessions are summed."""

    count = 0

    async def size_bytes(self) -> int:
        self.count += 1
        return await super().size_bytes()


class LimitedAccount(MemoryAccount):
    @property
    def retention(self) -> Retention:
        return Retention(size_bytes=10_000)


class LimitedStore(MemoryStore):
    """One account that keeps at most so much."""

    def __init__(self) -> None:
        super().__init__()
        rows = MemoryRows()
        self.limited = LimitedAccount(rows)
        self.limited.copies = self.copies = CountedCopies(rows)

    def account(self, key: AccountKey) -> MemoryAccount:
        return self.limited


async def test_the_room_is_measured_once_for_all_in_sight_and_what_is_kept_of_them_fills_it() -> (
    None
):
    store, backend = LimitedStore(), library(30, "x" * 2_000)
    link = connection(backend, store=store)
    await link.sessions()
    first, second = list(backend.histories)[:15], list(backend.histories)[15:]
    assert await read_all(link, *first) == 15
    kept = [each for each in first if await link.store.messages(each)]
    assert (kept, store.copies.count) == (first[:5], 1)
    # what comes into sight next is measured anew, as something may have gone
    for each in kept:
        link.store.drop_messages(each, [f"{each}q", f"{each}a"])
    assert await read_all(link, *second) == 15
    kept = [each for each in second if await link.store.messages(each)]
    assert (kept, store.copies.count) == (second[:5], 2)
