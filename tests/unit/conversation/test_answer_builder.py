from __future__ import annotations

from tests.fakes import StillClock
from tui.conversation.answer_builder import AnswerBuilder
from tui.events import ToolCalled, ToolReturned
from tui.model import ToolPart
from tui.safe_text import SafeText


def test_a_call_is_measured_in_whole_milliseconds() -> None:
    clock = StillClock()
    answer = AnswerBuilder("a", clock)
    clock.seconds = 0.1
    answer.take(ToolCalled(0, SafeText("ping"), None))
    clock.seconds = 0.4
    answer.take(ToolReturned(0, None))
    [tool] = answer.parts()
    assert isinstance(tool, ToolPart)
    assert repr(tool.duration_s) == "0.3"
