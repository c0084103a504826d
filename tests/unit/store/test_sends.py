from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.model import NotePart, Part, TextPart, ToolPart, ToolState
from tui.safe_text import SafeText
from tui.store import joined


def text(words: str) -> TextPart:
    return TextPart(SafeText(words))


def tool(call: int, state: ToolState = ToolState.RUNNING) -> ToolPart:
    return ToolPart(call, SafeText("search"), None, state)


PARTS: st.SearchStrategy[list[Part]] = st.lists(
    st.one_of(st.text(max_size=3).map(text), st.integers(0, 2).map(tool)), max_size=12
)


def test_texts_that_follow_one_another_become_one() -> None:
    note = NotePart(SafeText("Cut."))
    assert joined([text("Hel"), text("lo"), note, text("!")]) == (text("Hello"), note, text("!"))


def test_a_tool_stays_where_it_was_called_and_is_as_last_heard_of() -> None:
    done = tool(0, ToolState.DONE)
    parts: list[Part] = [text("Let me "), tool(0), text("see"), tool(1), done]
    assert joined(parts) == (text("Let me "), done, text("see"), tool(1))


@given(PARTS, st.integers(0, 12))
def test_parts_are_joined_alike_however_they_come(parts: list[Part], cut: int) -> None:
    first, rest = joined(parts[:cut]), tuple(parts[cut:])
    assert joined(first + rest) == joined(parts)
