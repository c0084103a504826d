"""Answer builder: events become the parts of a message, in the order they came."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tui.events import (
    Completed,
    Started,
    StreamEvent,
    TextDelta,
    TitleChanged,
    ToolCalled,
    ToolProgressed,
    ToolReturned,
)
from tui.model import Failure, Message, MessageStatus, Part, Role, TextPart, ToolPart, ToolState
from tui.safe_text import SafeText
from tui.values import replace


class AnswerBuilder:
    """Gathers the events of one answer.

    `clock` returns seconds and only ever grows; tool durations are measured with it.
    """

    def __init__(self, message_id: str, clock: Callable[[], float]) -> None:
        self.id = message_id
        self.has_begun = False
        """The server answers, so it holds the question."""
        self.is_complete = False
        """The server said that the answer is whole."""
        self.copy: Message | None = None
        """The server's own copy of the whole answer, where it sends one."""
        self.named_ids: frozenset[str] = frozenset()
        """Ids by which the server names the question or the answer."""
        self._clock = clock
        self._parts: list[Part] = []
        self._open_text: list[str] = []
        self._called_at: dict[int, float] = {}

    def take(self, event: StreamEvent) -> None:
        """Add what `event` brings."""
        self.has_begun = True
        match event:
            case Started(message_id):
                self._note_name(message_id)
            case Completed(message_id, copy):
                self._note_name(message_id)
                self.is_complete, self.copy = True, copy
            case TextDelta(text):
                self._open_text.append(text)
            case ToolCalled(call, name, arguments):
                self._close_text()
                self._called_at[call] = self._clock()
                self._parts.append(ToolPart(call, name, arguments, ToolState.RUNNING))
            case ToolProgressed(call, note):
                self._change_tool(call, progress=note)
            case ToolReturned(call, result, failed):
                now = self._clock()
                self._change_tool(
                    call,
                    state=ToolState.FAILED if failed else ToolState.DONE,
                    result=result,
                    duration_s=round(now - self._called_at.get(call, now), 3),
                )
            case TitleChanged():
                pass

    def tools(self, call: int) -> list[ToolPart]:
        """Return what is known of a call; empty when none has this number."""
        return [part for part in self._parts if isinstance(part, ToolPart) and part.call == call]

    def parts(self) -> tuple[Part, ...]:
        self._close_text()
        return tuple(self._parts)

    def message(self, status: MessageStatus, failure: Failure | None = None) -> Message:
        """Return the answer as far as it came; once it is over no tool stays running."""
        settle = self._timed if status is MessageStatus.STREAMING else without_running
        parts = tuple(settle(part) for part in self.parts())
        return Message(self.id, Role.ASSISTANT, parts, status=status, failure=failure)

    def _timed(self, part: Part) -> Part:
        """Say of a running tool for how many whole seconds it does."""
        if isinstance(part, ToolPart) and part.state is ToolState.RUNNING:
            return replace(part, duration_s=(self._clock() - self._called_at[part.call]) // 1)
        return part

    def _note_name(self, message_id: str) -> None:
        self.named_ids |= {message_id} - {""}

    def _close_text(self) -> None:
        if not self._open_text:
            return
        text = "".join(self._open_text)
        self._open_text.clear()
        if self._parts and isinstance(last := self._parts[-1], TextPart):
            self._parts[-1] = TextPart(SafeText(last.text + text))
        else:
            self._parts.append(TextPart(SafeText(text)))

    def _change_tool(self, call: int, **changes: Any) -> None:
        for index, part in enumerate(self._parts):
            if isinstance(part, ToolPart) and part.call == call:
                self._parts[index] = replace(part, **changes)


def without_running(part: Part) -> Part:
    """Return a part as it stays when nothing more of it comes."""
    if isinstance(part, ToolPart) and part.state is ToolState.RUNNING:
        return replace(part, state=ToolState.UNANSWERED)
    return part
