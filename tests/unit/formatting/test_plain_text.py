from __future__ import annotations

from collections.abc import Sequence

from tests.fakes import assistant, user
from tests.tables import each_row
from tui.formatting.plain_text import on_own_lines, plain_text_of
from tui.model import Message, NotePart, Role, ToolPart, ToolState
from tui.safe_text import SafeText

TOOL = ToolPart(0, SafeText("search"), None, ToolState.DONE)
HISTORY = [
    user("q1", "Why?"),
    assistant("a1", TOOL, "Because.\nSo it is.", NotePart(SafeText("cut"))),
    user("q2", "And?"),
    assistant("a2", NotePart(SafeText("No answer yet."))),
]


@each_row(
    ("history", "text"),
    [
        (HISTORY, "User: Why?\nAssistant: Because.\nSo it is.\n\nUser: And?"),
        ([assistant("a", "Hello."), user("q", "Hi.")], "Assistant: Hello.\n\nUser: Hi."),
        ([Message("s", Role.SYSTEM, HISTORY[0].parts)], "System: Why?"),
        ([], ""),
    ],
)
def test_what_was_said_is_written_out_as_servers_do(history: Sequence[Message], text: str) -> None:
    assert plain_text_of(history) == text


def test_drafts_that_meet_stand_on_lines_of_their_own() -> None:
    assert on_own_lines("a", "", "b") == "a\nb"
    assert on_own_lines("", "") == ""
