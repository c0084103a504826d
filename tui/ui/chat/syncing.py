"""Background sync: copies all sessions of the open profile where a person wants that."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from functools import partial

from textual.worker import Worker

from tui.conversation import Connection
from tui.conversation.sync import Copied, HistorySync, Planned, SyncEvent, SyncScope
from tui.conversation.sync_patience import may_pass
from tui.conversation.sync_progress import SyncProgress
from tui.errors import RunnelError
from tui.ui.chat.context import NO_SERVER, ChatContext
from tui.ui.chat.notice import Topic

REPEAT_S = 900.0
"""From the end of one sync to the next, which reads what has changed since."""
SLOW_PAUSE_S = 30.0
"""Between two readings where the line or the server is slow."""
LONGEST_PAUSE_S = 60.0
_CHOSEN = "All sessions are copied here from now on. “Stop copying all sessions” ends that."
_ENDED = "No more sessions are copied here. What was copied stays."
_QUOTA_SHARE = 0.5
"""Share of a quota that is left to what a person asks for."""


class BackgroundSync:
    """Syncs one connection at a time, as long as the app runs.

    `pause` waits for seconds; `reached` is called when the server has shown its list unasked.
    """

    def __init__(
        self,
        context: ChatContext,
        pause: Callable[[float], Awaitable[None]],
        reached: Callable[[], None],
    ) -> None:
        self._context = context
        self._pause = pause
        self._reached = reached
        self._worker: Worker[None] | None = None
        self._connection: Connection | None = None
        self._progress: SyncProgress | None = None
        self._failure: RunnelError | None = None
        self._told = ""
        """Which failure a person was told of since the last sync that came to its end."""
        self._may_go_on = asyncio.Event()
        self._may_go_on.set()

    # What is told of it

    @property
    def words(self) -> str:
        """What the status line says of the open profile; empty when there is nothing to say."""
        if self._connection is not self._context.connection:
            return ""
        progress = self._progress
        if progress is None or not progress.left:
            return "sync stopped" if self._failure is not None else ""
        if not self._may_go_on.is_set():
            return f"sync paused, {progress.left:,} left"
        if progress.held_up is not None:
            return f"sync waits, {progress.left:,} left"
        return f"sync {progress.done:,} of {progress.to_read:,}"

    @property
    def is_going_on(self) -> bool:
        """What is told of it changes with the time."""
        progress = self._progress
        is_held_up = progress is None or progress.held_up is not None
        return not is_held_up and self._may_go_on.is_set()

    # What a person can do

    @property
    def why_not_begin(self) -> str:
        """Why not all sessions can be copied from now on, empty when they can."""
        connection = self._context.connection
        if connection is None:
            return NO_SERVER
        if not connection.store.is_lasting:
            return "nothing is kept on this machine"
        return "this is on, for new ones too" if connection.sync_choice.is_on else ""

    @property
    def can_end(self) -> bool:
        connection = self._context.connection
        return connection is not None and connection.sync_choice.is_on

    @property
    def can_pause(self) -> bool:
        return bool(self.words)

    def choose(self, *, is_on: bool) -> None:
        """Copy all sessions of the open profile from now on, or no more."""
        connection = self._context.connection
        if connection is None:
            return
        connection.sync_choice.choose(is_on=is_on)
        # where all are here already nothing else would show that the choice was taken
        self._context.composer.app.notify(_CHOSEN if is_on else _ENDED, markup=False)
        if is_on:
            self.begin(connection, is_listed=False)
        else:
            self._end()

    def toggle_pause(self) -> None:
        """Hold the sync, or let it go on; also after a failure."""
        connection = self._context.connection
        if self._failure is not None and connection is not None:
            self.begin(connection, is_listed=False)
        elif self._may_go_on.is_set():
            self._may_go_on.clear()
        else:
            self._may_go_on.set()
        self._context.draw()

    def begin(self, connection: Connection, *, is_listed: bool) -> None:
        """Sync a connection if that is wanted, unless it is being synced.

        With `is_listed` its list was read just now; else it is read as soon as the server answers.
        """
        belongs = connection.backend.capabilities.sessions_belong_to_bot
        if belongs and not connection.bot_id:
            return
        if self._progress is None or connection is not self._connection:
            self._end()
            self._connection = connection
            self._worker = self._context.spawn(partial(self._run, connection, is_listed), "sync")

    def _end(self) -> None:
        if self._worker is not None:
            self._worker.cancel()
        self._worker = self._progress = self._failure = None
        self._told = ""
        self._may_go_on.set()
        self._context.notice.end(Topic.SYNC)
        self._context.draw()

    # In the background

    async def _run(self, connection: Connection, is_listed: bool) -> None:
        await connection.sync_choice.load()
        scope = SyncScope(is_listed=is_listed)
        while connection.sync_choice.is_on and connection.store.is_lasting:
            await self._sync(connection, scope)
            if self._failure is not None and not may_pass(self._failure):
                return
            await self._pause(REPEAT_S)
            scope = SyncScope()

    async def _sync(self, connection: Connection, scope: SyncScope) -> None:
        """Sync once; a failure is told until one has come to its end."""
        self._failure = None
        progress = self._progress = SyncProgress(connection.clock)
        permit = partial(self._permit, connection)
        sync = HistorySync(connection, permit=permit, sleep=self._pause)
        try:
            async with aclosing(sync.run(scope)) as events:
                async for event in events:
                    was_going_on = self.is_going_on
                    progress.note(event)
                    self._show(event, is_ticking=was_going_on and self.is_going_on)
                    if isinstance(event, Planned) and not scope.is_listed:
                        self._reached()
        except RunnelError as error:
            self._failure = error
            if self._told != error.sentence:
                # who has closed the note knows it
                self._tell_failure(error)
        else:
            self._told = ""
            self._context.notice.end(Topic.SYNC)
        finally:
            # one that began anew goes on
            if self._progress is progress:
                self._progress = None
                self._context.draw()

    def _tell_failure(self, error: RunnelError) -> None:
        self._told = error.sentence
        key = self._context.key_of("chat.sync-pause")
        hint = f"{key} goes on with it."
        if may_pass(error):
            hint = f"It goes on by itself in {REPEAT_S / 60:.0f} minutes; {key} does at once."
        self._context.notice.show(Topic.SYNC, f"The sync stopped: {error.sentence}", hint)

    def _show(self, event: SyncEvent, *, is_ticking: bool) -> None:
        if isinstance(event, Planned) or not is_ticking:
            self._context.draw()
        match event:
            case Copied(session_id) if session_id == self._context.session_id:
                self._context.transcript.request_sync()
            case _:
                pass

    async def _permit(self, connection: Connection) -> None:
        """Wait while a person wants it to, and for the rest of a line that others need more."""
        await self._may_go_on.wait()
        traffic = connection.backend.traffic
        if traffic.is_slow:
            await self._pause(SLOW_PAUSE_S)
        while (quota := traffic.quota) and quota.remaining <= quota.limit * _QUOTA_SHARE:
            await self._pause(min(quota.resets_at - traffic.clock(), LONGEST_PAUSE_S))
