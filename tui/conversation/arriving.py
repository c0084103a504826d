"""An answer while it arrives: events become message parts, in the order they came."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tui.events import StreamEvent, TextDelta, ToolCalled, ToolReturned
from tui.model import Failure, Message, Part, Role, Standing, TextPart, ToolPart, ToolState
from tui.safe_text import SafeText


class ArrivingAnswer:
    """Gathers the events of one answer.

    `clock` returns seconds and only ever grows; tool durations are measured with it.
    """

    def __init__(self, message_id: str, clock: Callable[[], float]) -> None:
        self.id = message_id
        self._clock = clock
        self._parts: list[Part] = []
        self._open_text: list[str] = []
        self._called_at: dict[int, float] = {}

    def take(self, event: StreamEvent) -> None:
        """Add what `event` brings; events that bring no part change nothing."""
        match event:
            case TextDelta(text):
                self._open_text.append(text)
            case ToolCalled(call, name, arguments):
                self._close_text()
                self._called_at[call] = self._clock()
                self._parts.append(ToolPart(call, name, arguments, ToolState.RUNNING))
            case ToolReturned(call):
                self._answer_tool(event, self._clock() - self._called_at.get(call, self._clock()))
            case _:
                pass

    def parts(self) -> tuple[Part, ...]:
        self._close_text()
        return tuple(self._parts)

    def message(self, standing: Standing, failure: Failure | None = None) -> Message:
        """Return the answer as far as it came; once it is over no tool stays running."""
        parts = self.parts()
        if standing is not Standing.STREAMING:
            parts = tuple(_without_running(part) for part in parts)
        return Message(self.id, Role.ASSISTANT, parts, standing=standing, failure=failure)

    def _close_text(self) -> None:
        if not self._open_text:
            return
        text = "".join(self._open_text)
        self._open_text.clear()
        if self._parts and isinstance(last := self._parts[-1], TextPart):
            self._parts[-1] = TextPart(SafeText(last.text + text))
        else:
            self._parts.append(TextPart(SafeText(text)))

    def _answer_tool(self, event: ToolReturned, duration_s: float) -> None:
        state = ToolState.FAILED if event.failed else ToolState.DONE
        for index, part in enumerate(self._parts):
            if isinstance(part, ToolPart) and part.call == event.call:
                self._parts[index] = replace(
                    part, state=state, result=event.result, duration_s=duration_s
                )


def _without_running(part: Part) -> Part:
    if isinstance(part, ToolPart) and part.state is ToolState.RUNNING:
        return replace(part, state=ToolState.UNANSWERED)
    return part
