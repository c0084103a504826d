"""Finding words in a conversation: what is typed, told and marked."""

from __future__ import annotations

from textual.widgets import Input, OptionList

from tests.ui.harness import Stage, said
from tui.model import ToolPart, ToolState
from tui.safe_text import JsonValue, SafeText
from tui.ui.dialogs.pick import ChoiceOption
from tui.ui.search.find_bar import FindBar
from tui.ui.search.hits import SearchResult
from tui.ui.search.screen import SearchScreen
from tui.ui.widgets.plain_text import Plain


def count(it: Stage) -> str:
    """What the bar says about the hits."""
    return said(it.one(FindBar).query_one(".count", Plain))


async def sought(it: Stage, words: str, told: str) -> None:
    """Open the bar, type, and wait until it tells how many hits there are."""
    await it.press("slash")
    it.one(FindBar).query_one(Input).value = words
    await it.until(lambda: count(it).startswith(told))


BLANK = " ▁▂▃▄▅▆▇█"
"""What a scroll bar is drawn with, too."""


def reversed_words(it: Stage) -> list[str]:
    """What is marked on the screen, by rows."""
    found: list[str] = []
    for strip in it.app.screen._compositor.render_strips():
        goes_on = False
        for segment in strip:
            is_marked = segment.style is not None and bool(segment.style.reverse)
            if is_marked and goes_on:
                found[-1] += segment.text
            elif is_marked:
                found.append(segment.text)
            goes_on = is_marked
    return [each for each in found if each.strip(BLANK)]


def row_of(it: Stage, words: str) -> int | None:
    """The row of the transcript in sight that holds the words."""
    rows = it.rows(it.transcript)
    return next((row for row, text in enumerate(rows) if words in text), None)


def tool(name: str, arguments: JsonValue, result: JsonValue) -> ToolPart:
    return ToolPart(0, SafeText(name), arguments, ToolState.DONE, result)


async def searching(it: Stage) -> None:
    await it.press("f3")
    await it.until(lambda: isinstance(it.app.screen, SearchScreen))


def listed(it: Stage) -> list[SearchResult]:
    options = it.app.screen.query_one(OptionList).options
    return [each.choice.value for each in options if isinstance(each, ChoiceOption)]
