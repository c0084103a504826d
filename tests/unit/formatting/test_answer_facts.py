from __future__ import annotations

from tests.fakes import assistant, user
from tests.tables import each_row
from tui.formatting.answer_facts import facts_line
from tui.model import (
    Citation,
    CitationsPart,
    Message,
    MessageStatus,
    NotePart,
    Origin,
    Part,
    Role,
    TextPart,
    ToolPart,
    ToolState,
)
from tui.safe_text import SafeText

SOURCES = CitationsPart(tuple(Citation(SafeText(""), SafeText(each)) for each in "ab"))
TEXT = TextPart(SafeText("Grüße" * 400))


def tool(call: int) -> ToolPart:
    return ToolPart(call, SafeText("look"), None, ToolState.DONE)


def answer(*parts: Part, duration_s: float | None = None) -> Message:
    origin = Origin(duration_s=duration_s)
    return Message("a", Role.ASSISTANT, parts, origin=origin if duration_s is not None else None)


@each_row(
    ("message", "line"),
    [
        (
            answer(tool(0), TEXT, tool(1), tool(2), SOURCES, duration_s=3.14),
            "3.1 s · 2.8 KB · 3 tools · 2 sources",
        ),
        (answer(tool(0), TEXT), "2.8 KB · 1 tool"),
        (answer(tool(0), duration_s=75), "1 min 15 s · 1 tool"),
        (answer(SOURCES), "2 sources"),
        (answer(NotePart(SafeText("cut"))), ""),
        (answer(duration_s=2), ""),
        (answer(TEXT, duration_s=2).with_status(MessageStatus.STREAMING), ""),
        (answer(TEXT, duration_s=2).with_status(MessageStatus.PARTIAL), "2.0 s · 2.8 KB"),
        (assistant("a", "Hi"), "2 B"),
        (user("q", "Hi"), ""),
        (Message("n", Role.SYSTEM, (TEXT,)), ""),
    ],
)
def test_the_facts_of_an_answer_are_those_that_are_known(message: Message, line: str) -> None:
    assert facts_line(message) == line
