"""Sync with a server that changes, fails and is cut off anywhere: at the end copies are alike."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes import NOON, ScriptedBackend, StillClock, assistant, connection, user
from tests.fuzz import FUZZ
from tui.conversation import Connection
from tui.conversation.sync import HistorySync, SyncScope
from tui.errors import RateLimited, RunnelError, ServerFailed, Unreachable
from tui.model import ALWAYS, Message, Period, Session
from tui.store import MemoryStore, Store
from tui.tapes.loops import UnhurriedLoop
from tui.values import replace

IDS = "abcdefgh"
MADE_AT = NOON - timedelta(hours=1)
LATER_S = timedelta(hours=1).total_seconds()


@dataclass(frozen=True)
class Asked:
    """Somebody asks in a session, which is made if need be."""

    session_id: str


@dataclass(frozen=True)
class Deleted:
    session_id: str


@dataclass(frozen=True)
class Fails:
    error: RunnelError


Event = Asked | Deleted | Fails


@dataclass
class ChangingBackend(ScriptedBackend):
    """Has something happen before it answers a call, and again before the answer arrives."""

    events: dict[int, Event] = field(default_factory=dict)
    """By the number of the moment, of which each call has two."""
    tells_changes: bool = True
    clock: StillClock = field(default_factory=StillClock)
    moments: int = 0
    changes: int = 0
    faults: int = 0
    gone: dict[str, list[Message]] = field(default_factory=dict)
    """Of the sessions that were deleted, the messages that they had."""

    def happen(self, event: Event) -> None:
        match event:
            case Asked(session_id) if session_id not in self.gone:
                self.changes += 1
                history = self.histories.setdefault(session_id, [])
                at = f"{session_id}{self.changes}"
                history += [user(f"q{at}", f"Question {at}"), assistant(f"a{at}", f"Answer {at}")]
                self.clock.seconds += 100
                moment = self.clock.now()
                history[-1] = replace(history[-1], created_at=moment)
                changed_at = moment if self.tells_changes else MADE_AT
                session = Session(session_id, created_at=MADE_AT, updated_at=changed_at)
                self.listed = [session, *(row for row in self.listed if row.id != session_id)]
            case Deleted(session_id):
                if session_id in self.histories:
                    self.gone[session_id] = self.histories.pop(session_id)
                    self.listed = [row for row in self.listed if row.id != session_id]
            case Fails(error):
                self.faults += 1
                raise error
            case _:
                pass  # no id is used again

    async def _moment(self) -> None:
        self.moments += 1
        await asyncio.sleep(0)
        if (event := self.events.pop(self.moments, None)) is not None:
            self.happen(event)

    async def sessions(self, bot_id: str, period: Period = ALWAYS) -> list[Session]:
        await self._moment()
        listed = await super().sessions(bot_id, period)
        await self._moment()
        return listed

    async def messages(self, session_id: str, bot_id: str = "") -> list[Message]:
        await self._moment()
        messages = await super().messages(session_id, bot_id)
        await self._moment()
        return messages


sessions = st.sampled_from(IDS)
changes = st.one_of(
    st.builds(Asked, sessions), st.builds(Asked, sessions), st.builds(Deleted, sessions)
)
errors = st.sampled_from(
    [
        RateLimited("Too many calls.", retry_after_s=90),
        RateLimited("Too many calls."),
        Unreachable("No line."),
        ServerFailed("Broken.", status=500),
    ]
)
events = st.one_of(changes, changes, st.builds(Fails, errors))


@dataclass(frozen=True)
class Pass:
    """What happens before a sync and during it, and when it is killed, in turns of the loop."""

    before: Sequence[Event]
    during: dict[int, Event]
    killed_after: int | None


passes = st.builds(
    Pass,
    st.lists(changes, max_size=8),
    st.dictionaries(st.integers(1, 24), events, max_size=6),
    st.none() | st.integers(0, 120),
)


async def synced(link: Connection, *, killed_after: int | None = None) -> None:
    """Sync until it is over, fails, or is killed."""

    async def sync() -> None:
        with suppress(RunnelError):
            async with aclosing(HistorySync(link, tries=3).run(SyncScope())) as steps:
                async for _ in steps:
                    pass

    if killed_after is None:
        await sync()
        return
    running = asyncio.create_task(sync())
    for _ in range(killed_after):
        await asyncio.sleep(0)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def copy_of(link: Connection, session_id: str) -> list[Message]:
    return [row.message for row in await link.store.messages(session_id)]


def linked(backend: ChangingBackend, store: Store) -> Connection:
    """Return the connection of a start some time after all that has happened."""
    backend.clock.seconds += LATER_S
    return connection(backend, backend.clock, store=store)


async def check(played: Sequence[Pass], *, tells_changes: bool) -> None:
    backend, store = ChangingBackend(tells_changes=tells_changes), MemoryStore()
    kills = meanwhile = 0
    for each in played:
        for event in each.before:
            backend.happen(event)
        backend.moments, backend.events = 0, dict(each.during)
        changes = backend.changes
        await synced(linked(backend, store), killed_after=each.killed_after)
        meanwhile += backend.changes - changes
        kills += each.killed_after is not None
        store = MemoryStore(store)
    backend.events = {}
    # once for each state, once more for those that came just then, and for what was cut off
    reads = backend.changes + meanwhile + 2 * backend.faults + kills
    assert backend.reads <= reads or not tells_changes
    link = linked(backend, store)
    await synced(link)
    for session_id, history in backend.histories.items():
        assert await copy_of(link, session_id) == history
    for session_id in backend.gone:
        row = link.known_session(session_id)
        copied = await copy_of(link, session_id)
        # one that was deleted before it was read leaves nothing
        assert (row is not None and row.gone_at is not None) or not copied
    titles = {row.id: row.title for row in link.known_sessions() if row.gone_at is None}
    assert titles == {each: rows[0].text for each, rows in backend.histories.items()}
    reads = backend.reads
    await synced(linked(backend, MemoryStore(store)))
    assert backend.reads == reads or not tells_changes


@pytest.mark.slow
@settings(max_examples=60 * FUZZ)
@given(st.lists(passes, min_size=1, max_size=4), st.booleans())
def test_any_course_of_syncs_ends_with_what_the_server_has(
    played: Sequence[Pass], tells_changes: bool
) -> None:
    with asyncio.Runner(loop_factory=UnhurriedLoop) as runner:
        runner.run(check(played, tells_changes=tells_changes))
