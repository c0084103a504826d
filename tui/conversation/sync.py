"""Sync of histories: copies all sessions of an account into its store, newest first.

What is copied is written down session by session, so that a sync which ends anywhere goes on where
it was, and one that is repeated reads what changed and nothing else.

The list is read whole, for the hosts that can be asked for a span of time mean by it when a session
was made.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import datetime

from msgspec import Struct

from tui.conversation.connection import Connection
from tui.conversation.history_cache import ReadAhead
from tui.conversation.session_binding import SessionBinding
from tui.conversation.staleness import staleness
from tui.conversation.stored_history import StoredHistory
from tui.conversation.sync_patience import SyncPatience
from tui.conversation.sync_room import SyncRoom, changed_at_of
from tui.errors import AccessRefused, NotFound, RateLimited, RunnelError, Unreachable
from tui.formatting import plain_line
from tui.model import Session
from tui.store import AccountStore

FAILURES_IN_A_ROW = 5
"""So many histories that cannot be read mean that none can."""
_SLICE_ROWS = 1_000
_FLUSHED_AT_ONCE = 50


class SyncScope(Struct, frozen=True):
    """Which sessions are copied."""

    since: datetime | None = None
    """Only those that changed then or later; `None`: of all times."""
    rereads: bool = False
    """Those too of which the copy is current, or that were forgotten here."""
    is_listed: bool = False
    """The list was read just now, and need not be read again."""


class Planned(Struct, frozen=True):
    """The list is read."""

    to_read: int
    current: int
    """Sessions of which the copy is current."""
    gone: int
    """Sessions that the server does not have any more, and Runnel has."""
    beyond: int = 0
    """Sessions that are older than what the account keeps."""
    forgotten: int = 0
    """Sessions of which a person wants nothing kept, and that have not changed since."""


class Copied(Struct, frozen=True):
    session_id: str
    messages: int


class Missing(Struct, frozen=True):
    """The server does not have this session any more."""

    session_id: str


class Skipped(Struct, frozen=True):
    """This history could not be read; the next sync tries again."""

    session_id: str
    error: RunnelError


class HeldUp(Struct, frozen=True):
    """The server takes no calls, or cannot be reached; the sync goes on after a while."""

    error: RunnelError
    wait_s: float


SyncEvent = Planned | Copied | Missing | Skipped | HeldUp


async def _at_once() -> None:
    return


class HistorySync:
    """Reads one history at a time, and none while a call of a person is on its way.

    `permit` is awaited before each reading: whoever holds it up holds the sync up. `tries` is how
    often in a row it waits for a server that cannot be reached; `None`: for ever.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        permit: Callable[[], Awaitable[None]] = _at_once,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        tries: int | None = None,
    ) -> None:
        self._connection = connection
        self._permit = permit
        self._sleep = sleep
        self._tries = tries

    async def run(self, scope: SyncScope) -> AsyncGenerator[SyncEvent, None]:
        """Copy what is to be copied, telling of each session; may be closed or cancelled anywhere.

        Raises:
            AccessRefused: the server lets us in no more.
            RateLimited, Unreachable: there is no end of it.
            RunnelError: the list cannot be read, or no history can.
        """
        # the first history would hold the loop up for as long as that takes
        await asyncio.to_thread(plain_line.prepare)
        index = self._connection.session_index
        plan: _Plan | None = None
        patience = SyncPatience(self._tries)
        failures = 0
        # another bot may be picked, which has another list
        while (plan is None or plan.has_more) and self._connection.session_index is index:
            event: SyncEvent
            try:
                await self._permit()
                if plan is None:
                    plan = await self._planned(scope)
                    event = plan.told
                else:
                    event = await self._copy(plan.next_id)
                    await plan.go_on()
            except (RateLimited, Unreachable) as error:
                wait_s = patience.wait_s(error)
                yield HeldUp(error, wait_s)
                await self._sleep(wait_s)
                continue
            patience.renew()
            failures = failures + 1 if isinstance(event, Skipped) else 0
            yield event
            if isinstance(event, Skipped) and failures == FAILURES_IN_A_ROW:
                raise event.error

    async def _planned(self, scope: SyncScope) -> _Plan:
        connection = self._connection
        if not scope.is_listed:
            with connection.backend.traffic.unhurried():
                await connection.sessions()
        is_stale = staleness(connection, await connection.store.copies.all())
        sessions = connection.known_sessions()
        room = SyncRoom(connection.store, connection.now())
        wanted: list[Session] = []
        current = gone = forgotten = 0
        for start in range(0, len(sessions), _SLICE_ROWS):
            for session in sessions[start : start + _SLICE_ROWS]:
                if session.gone_at is not None:
                    gone += 1
                elif not scope.rereads and connection.local.is_forgotten(session):
                    forgotten += 1
                elif not scope.rereads and not is_stale(session):
                    current += 1
                    room.note_kept(session)
                elif scope.since is None or changed_at_of(session) >= scope.since:
                    wanted.append(session)
            await asyncio.sleep(0)
        await room.measure()
        queue = [each for each in reversed(wanted) if room.holds(each)]
        told = Planned(len(queue), current, gone, len(wanted) - len(queue), forgotten)
        return _Plan(told, queue, room, connection.store)

    async def _copy(self, session_id: str) -> Copied | Missing | Skipped:
        connection = self._connection
        try:
            with connection.backend.traffic.unhurried():
                messages = await self._read(session_id)
        except NotFound:
            return Missing(session_id)
        except (AccessRefused, RateLimited, Unreachable):
            raise
        except RunnelError as error:
            return Skipped(session_id, error)
        connection.describe(session_id)
        return Copied(session_id, messages)

    async def _read(self, session_id: str) -> int:
        """Bring the stored history in line with the server, and return how long it is."""
        connection = self._connection
        opened = connection.opened(session_id)
        if opened is not None and opened.stored.is_in_memory:
            return len(await opened.reread())

        def is_current() -> bool:
            # who opens it meanwhile has read what is stored, and reads the rest for themselves
            opened = connection.opened(session_id)
            is_open = opened is not None and opened.stored.is_in_memory
            return not is_open and connection.known_session(session_id) is not None

        binding = SessionBinding(connection, session_id, lambda: None)
        stored = StoredHistory(connection, binding, is_current=is_current, is_busy=lambda: False)
        await stored.load()
        await stored.read()
        if is_current():
            # a store that holds it in memory alone forgets it when there is no more room
            size_bytes = stored.size_bytes
            connection.histories.add(ReadAhead(connection.store, session_id, size_bytes))
        return len(stored.history.messages)


class _Plan:
    """Sessions to be read, of which `queue` has the newest last."""

    def __init__(
        self, told: Planned, queue: list[Session], room: SyncRoom, store: AccountStore
    ) -> None:
        self.told = told
        self._queue = queue
        self._room = room
        self._store = store
        self._done = 0

    @property
    def has_more(self) -> bool:
        return bool(self._queue)

    @property
    def next_id(self) -> str:
        return self._queue[-1].id

    async def go_on(self) -> None:
        """Take the next session as dealt with."""
        self._room.note_kept(self._queue.pop())
        self._done += 1
        if self._done % _FLUSHED_AT_ONCE == 0 or not self._queue:
            # what is read faster than it is written would fill the memory
            await self._store.flush()
            await self._room.measure()
            if self._queue and not self._room.holds(self._queue[-1]):
                self._queue.clear()
