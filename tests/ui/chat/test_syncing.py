from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.fakes import NOON, ScriptedBackend, assistant, user
from tests.ui.chat.test_offline import LostBackend
from tests.ui.chat.test_trouble import RefusingBackend
from tests.ui.harness import Pauses, stage
from tui.backends.traffic import Quota
from tui.conversation.sync import FAILURES_IN_A_ROW
from tui.errors import AccessRefused, RateLimited, RunnelError, ServerFailed, Unreachable
from tui.model import Session
from tui.store import MemoryStore
from tui.store.sqlite import SqliteStore
from tui.ui.chat.syncing import REPEAT_S

CHANGED_AT = NOON - timedelta(hours=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with closing(SqliteStore(tmp_path / "store.db", pytest.fail)) as made:
        yield made


def serving(count: int) -> ScriptedBackend:
    """Return a backend with named sessions, so that nothing but a sync reads their histories."""
    names = [f"s{number}" for number in range(count)]
    listed = [
        Session(
            each,
            user(each, each).text,
            created_at=CHANGED_AT - timedelta(hours=1),
            updated_at=CHANGED_AT,
        )
        for each in names
    ]
    histories = {each: [user(f"q{each}", "Q"), assistant(f"a{each}", "A")] for each in names}
    return ScriptedBackend(histories=histories, listed=listed)


async def test_a_sync_is_begun_held_gone_on_with_and_ended(store: SqliteStore) -> None:
    backend = serving(4)
    async with stage(backend, store=store) as it:
        assert backend.reads == 0
        assert it.status.sync == ""
        gates = [asyncio.Event() for _ in range(4)]
        backend.read_gates = gates.copy()
        await it.chat.action_command("sync")
        await it.until(lambda: it.status.sync == "sync 0 of 4")
        await it.press("alt+s")
        gates[0].set()
        await it.until(lambda: it.status.sync == "sync paused, 3 left")
        assert backend.reads == 1
        await it.press("alt+s")
        await it.until(lambda: backend.reads == 2)
        await it.chat.action_command("end_sync")
        assert it.status.sync == ""
        assert not it.chat.check_action("command", ("pause_sync",))
        # what was copied stays, and is not read again
        backend.read_gates = []
        await it.chat.action_command("sync")
        await it.until(lambda: backend.reads == 5 and it.status.sync == "")
        assert it.chat.open_chat.connection is not None
        assert len(await it.chat.open_chat.connection.store.copies.all()) == 4


async def test_an_open_session_shows_what_a_sync_brings(store: SqliteStore) -> None:
    backend = serving(1)
    async with stage(backend, store=store) as it:
        await it.open("s0")
        await it.settled_reading()
        backend.histories["s0"] += [user("q2", "More?"), assistant("a2", "More.")]
        backend.listed = [Session("s0", updated_at=NOON)]
        await it.chat.action_command("sync")
        await it.until(lambda: it.texts == ["Q", "A", "More?", "More."])


async def test_a_refusal_ends_the_sync_until_a_key_goes_on_with_it(store: SqliteStore) -> None:
    backend = serving(2)
    async with stage(backend, store=store) as it:
        backend.read_errors = [AccessRefused("The server rejected this API key.")]
        await it.chat.action_command("sync")
        await it.until(lambda: it.status.sync == "sync stopped")
        assert "The sync stopped: The server rejected this API key." in it.notice
        await it.press("alt+s")
        await it.until(lambda: backend.reads == 3 and it.status.sync == "")
        assert it.notice == ""


async def test_a_server_that_fails_for_long_is_asked_again_after_a_while_and_told_of_once(
    store: SqliteStore,
) -> None:
    backend, pauses = serving(FAILURES_IN_A_ROW), Pauses()
    broken = ServerFailed("The server failed with HTTP 503.", status=503)
    async with stage(backend, store=store, pauses=pauses) as it:
        backend.read_errors += [broken] * 2 * FAILURES_IN_A_ROW
        await it.chat.action_command("sync")
        await it.until(lambda: it.status.sync == "sync stopped" and pauses.asked_s == [REPEAT_S])
        assert "The sync stopped: The server failed with HTTP 503." in it.notice
        assert "It goes on by itself in 15 minutes" in it.notice
        await it.press("escape")
        assert it.notice == ""
        pauses.end()
        await it.until(lambda: pauses.asked_s == [REPEAT_S] * 2)
        assert (it.status.sync, it.notice) == ("sync stopped", "")
        assert backend.reads == 2 * FAILURES_IN_A_ROW
        pauses.end()
        await it.until(lambda: backend.reads == 3 * FAILURES_IN_A_ROW and it.status.sync == "")


@pytest.mark.parametrize(
    ("error", "wait_s", "state"),
    [
        (Unreachable("Cannot reach the server."), 5.0, "offline"),
        (RateLimited("The server takes no more calls."), 30.0, "ready"),
        (ServerFailed("The server failed with HTTP 503.", status=503), REPEAT_S, "ready"),
    ],
    ids=["no line", "too many calls", "a failing server"],
)
async def test_a_sync_finds_a_server_that_is_there_again(
    error: RunnelError, wait_s: float, state: str, store: SqliteStore
) -> None:
    backend, pauses = LostBackend(**vars(serving(2))), Pauses()
    backend.error = None
    async with stage(backend, store=store, pauses=pauses) as it:
        await it.chat.action_command("sync")
        await it.until(lambda: pauses.asked_s == [REPEAT_S])
        backend.error = error
        await it.press("f5")
        await it.until(lambda: it.status.state == state and pauses.asked_s[1:] == [wait_s])
        assert error.sentence in it.notice
        backend.error = None
        pauses.end()
        await it.until(lambda: it.status.state == "ready" and it.notice == "")


async def test_half_of_the_calls_are_left_to_a_person(store: SqliteStore) -> None:
    backend = serving(2)
    pauses = Pauses()
    async with stage(backend, store=store, pauses=pauses) as it:
        backend.traffic.quota = Quota(100, 50, backend.traffic.clock() + 3600)
        await it.chat.action_command("sync")
        await it.until(lambda: pauses.asked_s == [60.0])
        assert backend.reads == 0
        backend.traffic.quota = Quota(100, 51, backend.traffic.clock() + 3600)
        pauses.end()
        await it.until(lambda: backend.reads == 2)


async def test_nothing_is_synced_that_is_not_kept() -> None:
    async with stage(serving(1), store=MemoryStore()) as it:
        assert not it.chat.check_action("command", ("sync",))
        assert it.chat.why_not("command", ("sync",)) == "nothing is kept on this machine"


async def test_the_palette_says_of_copying_that_it_is_on(store: SqliteStore) -> None:
    async with stage(serving(1), store=store) as it:
        assert it.chat.why_not("command", ("sync",)) == ""
        await it.chat.action_command("sync")
        await it.until(lambda: not it.chat.check_action("command", ("sync",)))
        assert it.chat.why_not("command", ("sync",)) == "this is on, for new ones too"


async def test_that_all_is_copied_from_now_on_is_said_where_nothing_is_left_to_copy(
    store: SqliteStore,
) -> None:
    async with stage(serving(0), store=store) as it:
        await it.chat.action_command("sync")
        await it.until(lambda: "copied here from now on" in " ".join(it.toasts))
        await it.chat.action_command("end_sync")
        await it.until(lambda: "What was copied stays." in " ".join(it.toasts))


@pytest.mark.parametrize(
    "error",
    [
        ServerFailed("The server failed with HTTP 500.", status=500),
        Unreachable("The server has not answered."),
    ],
    ids=["fails", "silent"],
)
async def test_a_server_that_fails_in_one_thing_alone_is_not_asked_again_and_again(
    error: RunnelError, store: SqliteStore
) -> None:
    backend, pauses = RefusingBackend(**vars(serving(1))), Pauses()
    async with stage(backend, store=store, pauses=pauses) as it:
        await it.chat.action_command("sync")
        await it.until(lambda: pauses.asked_s == [REPEAT_S])
        backend.error = error
        await it.press("f5")
        for times in (2, 3):
            await it.until(lambda: pauses.asked_s == [REPEAT_S] * times)  # noqa: B023 - called at once
            lists = len(backend.read_periods)
            for _ in range(5):
                await it.pilot.pause()
            assert (len(backend.read_periods), len(pauses.asked_s)) == (lists, times)
            assert error.sentence in it.notice
            # the sync looks again after its pause
            backend.error = error if times == 2 else None
            pauses.end()
        await it.until(lambda: it.notice == "")
