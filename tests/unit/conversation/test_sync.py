from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from tests.event_loops import unhurried
from tests.fakes import (
    NOON,
    ScriptedBackend,
    StillClock,
    assistant,
    connection,
    present,
    says,
    user,
)
from tests.unit.conversation.watch import send, texts
from tests.waiting import until
from tui.conversation.sync import (
    FAILURES_IN_A_ROW,
    Copied,
    HeldUp,
    HistorySync,
    Missing,
    Planned,
    Skipped,
    SyncEvent,
    SyncScope,
)
from tui.conversation.sync_progress import SyncProgress
from tui.errors import (
    AccessRefused,
    RateLimited,
    RunnelError,
    ServerFailed,
    Unreachable,
)
from tui.model import Message, Session
from tui.store import MemoryStore
from tui.values import replace

LOST = Unreachable("No line.")
WHOLE = SyncScope()
BROKEN = ServerFailed("Broken.", status=500)


@dataclass
class NotingBackend(ScriptedBackend):
    """Notes which histories are read, and fails for those it is told to."""

    read_ids: list[str] = field(default_factory=list)
    unreadable: set[str] = field(default_factory=set)

    async def messages(self, session_id: str, bot_id: str = "") -> list[Message]:
        self.read_ids.append(session_id)
        if session_id in self.unreadable:
            raise BROKEN
        return await super().messages(session_id, bot_id)


def serving(count: int) -> NotingBackend:
    """Return a backend with sessions s0, s1, … of which the first changed last."""
    backend = NotingBackend()
    for number in range(count):
        moment = NOON - timedelta(days=number, hours=1)
        made_at = moment - timedelta(minutes=5)
        name = f"s{number}"
        backend.listed.append(Session(name, created_at=made_at, updated_at=moment))
        backend.histories[name] = [
            replace(user(f"q{number}", f"Question {number}"), created_at=moment),
            replace(assistant(f"a{number}", f"Answer {number}"), created_at=moment),
        ]
    return backend


async def events_of(sync: HistorySync, scope: SyncScope = WHOLE) -> list[SyncEvent]:
    async with aclosing(sync.run(scope)) as steps:
        return [event async for event in steps]


async def test_all_histories_are_copied_newest_first_and_name_their_sessions() -> None:
    backend = serving(3)
    link = connection(backend)
    events = await events_of(HistorySync(link))
    assert events == [Planned(3, 0, 0), Copied("s0", 2), Copied("s1", 2), Copied("s2", 2)]
    assert [each.title for each in link.known_sessions()] == [f"Question {n}" for n in range(3)]
    assert [each.preview for each in link.known_sessions()] == [f"Answer {n}" for n in range(3)]
    assert texts([row.message for row in await link.store.messages("s1")]) == [
        "Question 1",
        "Answer 1",
    ]
    assert link._conversations == {}


async def test_what_has_not_changed_is_not_read_again_after_a_restart_either() -> None:
    backend, store = serving(3), MemoryStore()
    await events_of(HistorySync(connection(backend, store=store)))
    backend.read_ids.clear()
    backend.listed[2] = replace(backend.listed[2], updated_at=NOON + timedelta(hours=1))
    link = connection(backend, store=MemoryStore(store))
    assert (await events_of(HistorySync(link)))[0] == Planned(1, 2, 0)
    assert backend.read_ids == ["s2"]
    assert (await events_of(HistorySync(link), SyncScope(rereads=True)))[0] == Planned(3, 0, 0)


async def test_what_a_person_opened_is_not_read_again() -> None:
    backend = serving(3)
    link = connection(backend)
    await link.sessions()
    await link.conversation("s1").reread()
    assert await link.title_reader.read("s2")
    backend.read_ids.clear()
    await events_of(HistorySync(link), SyncScope(is_listed=True))
    assert backend.read_ids == ["s0"]
    assert len(backend.read_periods) == 1


async def test_older_sessions_can_be_left_out() -> None:
    link = connection(backend := serving(4))
    await events_of(HistorySync(link), SyncScope(since=NOON - timedelta(days=1, hours=1)))
    assert backend.read_ids == ["s0", "s1"]


async def test_the_young_sessions_of_a_host_that_tells_no_changes_are_read_each_time() -> None:
    clock, backend = StillClock(), serving(12)
    for rows in backend.histories.values():
        # written to after the time that the list tells
        late = present(rows[1].created_at) + timedelta(minutes=30)
        rows[1] = replace(rows[1], created_at=late)
    link = connection(backend, clock)
    await events_of(HistorySync(link))
    backend.read_ids.clear()
    await events_of(HistorySync(link))
    assert backend.read_ids == [f"s{number}" for number in range(7)]
    clock.seconds = timedelta(days=30).total_seconds()
    for _ in range(2):
        backend.read_ids.clear()
        await events_of(HistorySync(link))
    assert backend.read_ids == []


async def test_a_host_that_shows_no_change_is_not_believed_when_it_tells_of_none() -> None:
    clock, backend = StillClock(), serving(12)
    backend.listed = [replace(each, created_at=each.updated_at) for each in backend.listed]
    link = connection(backend, clock)
    for young in (12, 7):
        backend.read_ids.clear()
        await events_of(HistorySync(link))
        assert backend.read_ids == [f"s{number}" for number in range(young)]


async def test_what_was_read_right_after_a_change_is_read_once_more() -> None:
    clock, backend = StillClock(), serving(3)
    backend.listed[0] = replace(backend.listed[0], updated_at=NOON - timedelta(seconds=1))
    link = connection(backend, clock)
    for read in (3, 1, 0):
        backend.read_ids.clear()
        await events_of(HistorySync(link))
        assert len(backend.read_ids) == read
        clock.seconds += 300


async def test_a_session_that_is_gone_meanwhile_is_marked() -> None:
    backend = serving(2)
    link = connection(backend)
    await link.sessions()
    del backend.histories["s0"]
    events = await events_of(HistorySync(link), SyncScope(is_listed=True))
    assert events[1:] == [Missing("s0"), Copied("s1", 2)]
    assert present(link.known_session("s0")).gone_at == NOON


async def test_a_history_that_cannot_be_read_is_left_for_the_next_sync() -> None:
    backend = serving(3)
    backend.unreadable = {"s1"}
    link = connection(backend)
    assert (await events_of(HistorySync(link)))[2] == Skipped("s1", BROKEN)
    backend.unreadable = set()
    assert await events_of(HistorySync(link)) == [Planned(1, 2, 0), Copied("s1", 2)]


async def test_a_server_that_can_read_no_history_is_asked_no_more() -> None:
    backend = serving(20)
    backend.unreadable = set(backend.histories)
    with pytest.raises(ServerFailed, match="Broken"):
        await events_of(HistorySync(connection(backend)))
    assert len(backend.read_ids) == FAILURES_IN_A_ROW


@pytest.mark.parametrize("error", [AccessRefused("Wrong key."), Unreachable("?", passing=False)])
async def test_what_waiting_does_not_mend_ends_the_sync(error: RunnelError) -> None:
    backend = serving(2)
    backend.read_errors = [error]
    with pytest.raises(type(error)):
        await events_of(HistorySync(connection(backend), tries=9))
    assert len(backend.read_ids) == 1


@pytest.mark.parametrize(
    ("error", "wait_s"),
    [
        (RateLimited("Too many.", retry_after_s=90), 90),
        (RateLimited("Too many."), 30),
        (LOST, 5),
    ],
)
@unhurried
async def test_the_sync_goes_on_with_the_same_session_when_it_can(
    error: RunnelError, wait_s: float
) -> None:
    backend = serving(2)
    backend.read_errors = [error]
    began_s = asyncio.get_running_loop().time()
    events = await events_of(HistorySync(connection(backend)))
    assert events[1:] == [HeldUp(error, wait_s), Copied("s0", 2), Copied("s1", 2)]
    assert backend.read_ids == ["s0", "s0", "s1"]
    assert asyncio.get_running_loop().time() - began_s == wait_s


async def test_waits_for_a_lost_line_grow_and_end_where_they_are_to() -> None:
    backend = serving(1)
    backend.read_errors = [LOST] * 7
    waits_s: list[float] = []

    async def sleep(wait_s: float) -> None:
        waits_s.append(wait_s)

    with pytest.raises(Unreachable):
        await events_of(HistorySync(connection(backend), sleep=sleep, tries=6))
    assert waits_s == [5, 10, 20, 40, 60, 60]


async def test_whoever_permits_no_reading_holds_the_sync_up() -> None:
    backend = serving(3)
    may_go_on = asyncio.Event()

    async def permit() -> None:
        await may_go_on.wait()

    syncing = asyncio.create_task(events_of(HistorySync(connection(backend), permit=permit)))
    await asyncio.sleep(0)
    assert backend.read_periods == []
    may_go_on.set()
    assert len(await syncing) == 4


@unhurried
async def test_what_is_only_here_survives_the_sync() -> None:
    backend = serving(1)
    backend.scripts = [says("Yes.")]
    backend.stores = lambda *_: []
    store = MemoryStore()
    link = connection(backend, store=store)
    await link.sessions()
    await send(link.conversation("s0"), "Hm?")
    again = connection(backend, store=MemoryStore(store))
    await events_of(HistorySync(again))
    conversation = again.conversation("s0")
    await conversation.load()
    assert texts(conversation.messages) == ["Question 0", "Answer 0", "Hm?", "Yes."]


async def test_an_open_conversation_is_brought_in_line_by_its_own_reading() -> None:
    backend = serving(1)
    link = connection(backend)
    conversation = link.conversation("s0")
    await conversation.load()
    await events_of(HistorySync(link))
    assert texts(conversation.messages) == ["Question 0", "Answer 0"]
    conversation.stored.let_go()
    backend.listed[0] = replace(backend.listed[0], updated_at=NOON + timedelta(hours=1))
    await events_of(HistorySync(link))
    # nobody looks at it: it stays out of memory
    assert conversation.messages == ()


async def test_a_session_deleted_while_it_is_read_does_not_come_back() -> None:
    backend = serving(1)
    gate = asyncio.Event()
    backend.read_gates = [gate]
    link = connection(backend)
    syncing = asyncio.create_task(events_of(HistorySync(link)))
    await until(lambda: backend.read_ids == ["s0"])
    await link.delete_session("s0")
    gate.set()
    await syncing
    assert link.known_sessions() == ()
    assert list(await link.store.messages("s0")) == []


async def test_a_session_opened_while_it_is_read_is_left_to_who_opened_it() -> None:
    backend = serving(1)
    gate = asyncio.Event()
    backend.read_gates = [gate]
    link = connection(backend)
    syncing = asyncio.create_task(events_of(HistorySync(link)))
    await until(lambda: backend.read_ids == ["s0"])
    conversation = link.conversation("s0")
    await conversation.load()
    gate.set()
    await syncing
    assert list(await link.store.messages("s0")) == []
    await conversation.reread()
    assert len(await link.store.messages("s0")) == 2


async def test_another_list_ends_the_sync_of_this_one() -> None:
    backend = serving(3)
    backend.can = replace(backend.can, sessions_belong_to_bot=True)
    link = connection(backend)
    told: list[SyncEvent] = []
    async for event in HistorySync(link).run(SyncScope()):
        told.append(event)
        if isinstance(event, Copied):
            link.bot_id = "other"
    assert told == [Planned(3, 0, 0), Copied("s0", 2)]


def test_progress_tells_rate_and_rest_without_the_waits() -> None:
    clock = StillClock()
    progress = SyncProgress(clock)
    assert (progress.to_read, progress.left_s) == (None, None)
    progress.note(Planned(10, 4, 1))
    for event in (Copied("a", 7), Missing("b"), Skipped("c", BROKEN)):
        clock.seconds += 2
        progress.note(event)
    progress.note(HeldUp(LOST, 60))
    assert (progress.held_up, progress.held_until) == (LOST, 66)
    clock.seconds += 60
    progress.note(Copied("d", 3))
    assert (progress.held_up, progress.done) == (None, 4)
    assert (progress.copied, progress.messages, progress.missing, progress.failed) == (2, 10, 1, 1)
    assert (progress.done, progress.left) == (4, 6)
    assert progress.per_s == pytest.approx(4 / 6)
    assert progress.left_s == pytest.approx(9)
