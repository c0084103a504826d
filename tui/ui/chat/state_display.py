"""State display: session list, status line, stall note and keys in line with what is known."""

from __future__ import annotations

from textual.screen import Screen
from textual.timer import Timer

from tui.ui.chat.away import AwayWatch
from tui.ui.chat.context import ChatContext
from tui.ui.chat.queue import QueueEditor
from tui.ui.chat.refreshing import Refresher
from tui.ui.chat.send_workers import SendWorkers
from tui.ui.chat.session_commands import SessionCommands
from tui.ui.chat.stall import StallWatch
from tui.ui.chat.status_line import StatusLine, is_low, status_of
from tui.ui.chat.syncing import BackgroundSync

TICK_S = 1.0


class StateDisplay:
    """Draws when it is asked to, and once a second while what is shown changes with the time."""

    def __init__(
        self,
        screen: Screen[None],
        context: ChatContext,
        send_workers: SendWorkers,
        refresher: Refresher,
        stall: StallWatch,
        sessions: SessionCommands,
        status_line: StatusLine,
        away: AwayWatch,
        queue: QueueEditor,
        sync: BackgroundSync,
    ) -> None:
        self._screen = screen
        self._context = context
        self._send_workers = send_workers
        self._refresher = refresher
        self._stall = stall
        self._sessions = sessions
        self._status_line = status_line
        self._away = away
        self._queue = queue
        self._sync = sync
        self._ticker: Timer | None = None
        self.is_ticking = False

    def draw(self) -> None:
        self._away.note_seen()
        self._sessions.draw()
        self._draw_status()
        self._context.transcript.show_names()
        self._away.draw_title(is_busy=bool(self._send_workers.busy))
        self._context.transcript.show_seconds()
        self._queue.draw()
        self._stall.look()
        self._tick(self._something_passes)
        self._screen.refresh_bindings()

    def traffic_changed(self) -> None:
        # while it ticks, the next tick is soon enough
        if self._screen.is_running and not self.is_ticking:
            self.draw()

    def _tick(self, is_ticking: bool) -> None:
        self.is_ticking = is_ticking
        if self._ticker is None:
            self._ticker = self._screen.set_interval(TICK_S, self.draw, pause=not is_ticking)
        elif is_ticking:
            self._ticker.resume()
        else:
            self._ticker.pause()

    @property
    def _something_passes(self) -> bool:
        """Whether what is shown changes with the time."""
        backend = self._context.backend
        waits = backend is not None and is_low(backend.traffic)
        is_busy = bool(self._send_workers.busy) or self._sync.is_going_on
        return is_busy or self._refresher.is_held_up or waits

    def _draw_status(self) -> None:
        connection, conversation = self._context.connection, self._context.conversation
        if connection is not None and conversation is not None:
            elsewhere = sum(1 for each in self._send_workers.busy if each is not conversation)
            bot = connection.bot_name(connection.bot_id)
            failure, sync = self._refresher.failure, self._sync.words
            status = status_of(connection, conversation, bot, elsewhere, failure, sync)
            self._status_line.show(status)
