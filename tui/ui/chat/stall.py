"""Telling of an answer of which nothing comes any more."""

from __future__ import annotations

from tui.conversation import Conversation, Phase
from tui.ui.chat.context import Desk
from tui.ui.chat.notice import Topic
from tui.ui.chat.status_line import STALL_S


class StallWatch:
    """Shows a note while the open conversation is silent for longer than a person has patience.

    Nothing ends by itself, however long it takes.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._patience: dict[Conversation, tuple[float, float]] = {}
        """Time of the last event -> seconds of silence after it that are not told of."""

    def look(self) -> None:
        """Show the note when it is time, and take it away when something came."""
        limit_s = self._passed_limit_s()
        if limit_s is None:
            self._desk.notice.end(Topic.STALLED)
            return
        stops, waits = self._desk.key_of("chat.stop"), self._desk.key_of("chat.wait")
        self._desk.notice.show(
            Topic.STALLED,
            f"Nothing has come for {limit_s:.0f} s.",
            f"{stops} stops and keeps what came · {waits} keeps waiting",
        )

    def wait_on(self) -> None:
        """Take the note away until the silence is twice as long."""
        conversation = self._desk.conversation
        while conversation is not None and (limit_s := self._passed_limit_s()) is not None:
            last_event_at, _ = self._patience[conversation]
            self._patience[conversation] = (last_event_at, 2 * limit_s)
        self.look()

    @property
    def is_told(self) -> bool:
        return Topic.STALLED in self._desk.notice.topics

    def _passed_limit_s(self) -> float | None:
        """Return the patience that has run out, `None` while there is some left."""
        connection, conversation = self._desk.connection, self._desk.conversation
        progress = conversation.progress if conversation is not None else None
        if connection is None or conversation is None or progress is None:
            if conversation is not None:
                self._patience.pop(conversation, None)
            return None
        last_event_at, limit_s = self._patience.get(conversation, (0.0, STALL_S))
        if last_event_at != progress.last_event_at:
            limit_s = STALL_S
        self._patience[conversation] = (progress.last_event_at, limit_s)
        is_silent = connection.clock() - progress.last_event_at >= limit_s
        return limit_s if is_silent and progress.phase is not Phase.RECOVERING else None
