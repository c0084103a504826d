"""Progress of one send: its phase, its times, the bytes that came."""

from __future__ import annotations

import enum

from msgspec import Struct

from tui.events import StreamEvent, TextDelta, ToolCalled


class Phase(enum.StrEnum):
    CONNECTING = "connecting"
    STREAMING = "streaming"
    RECOVERING = "recovering"


class Progress(Struct):
    """What is known of a send on its way. Times are seconds of the account's clock."""

    began_at: float
    last_event_at: float
    phase: Phase = Phase.CONNECTING
    first_text_at: float | None = None
    received_bytes: int = 0
    ended_at: float | None = None
    """When the stream was over, however it ended."""
    settled_at: float | None = None
    """When the history had been read again."""

    def note(self, event: StreamEvent, now: float) -> None:
        self.last_event_at = now
        if isinstance(event, TextDelta | ToolCalled):
            self.phase = Phase.STREAMING
        if isinstance(event, TextDelta):
            self.received_bytes += len(event.text.encode())
            if self.first_text_at is None:
                self.first_text_at = now
