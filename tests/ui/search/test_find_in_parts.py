from __future__ import annotations

import pytest
from textual.widgets import Input

from tests.fakes import ScriptedBackend, assistant, user
from tests.ui.harness import Stage, W, said, stage
from tests.ui.search.finding import count, reversed_words, row_of, sought, tool
from tests.ui.talks import opened, selected, talk
from tui.model import Citation, CitationsPart, MessageStatus, NotePart, ToolPart, ToolState
from tui.safe_text import JsonValue, SafeText
from tui.ui.search.find_bar import FindBar
from tui.ui.transcript.sources import SourceList, Sources
from tui.ui.widgets.expandable_text import FIRST_CHARS, FOUND_CHARS, More
from tui.ui.widgets.plain_text import Plain


async def test_tools_and_sources_with_the_words_unfold() -> None:
    tool = ToolPart(0, SafeText("weather"), {"place": "Needle Bay"}, ToolState.DONE, "7 degrees")
    cited = CitationsPart((Citation(SafeText("1"), SafeText("About needles")),))
    async with stage(talk(tool, cited)) as it:
        await opened(it)
        await sought(it, "needle", "2 hits")
        await it.press("up")
        await it.until(lambda: not it.one(Sources).collapsed)
        await it.press("up")
        await it.until(lambda: not it.tools[0].collapsed)
        assert selected(it) == "a0"


async def test_words_in_name_arguments_and_result_of_a_tool_are_marked() -> None:
    part = tool("needle_finder", {"for": ["a Needle"]}, "no needles, and no\nneedle")
    async with stage(talk(part)) as it:
        await opened(it)
        await sought(it, "needle", "4 hits")
        await it.press("enter")
        await it.until(
            lambda: reversed_words(it) == ["needle", "Needle", "needle", "needle"],
        )
        await sought(it, "no needle", "2 hits")
        await it.until(lambda: [each.strip() for each in reversed_words(it)] == NO_NEEDLES)
        await it.press("escape")
        await it.until(lambda: reversed_words(it) == [])


NO_NEEDLES = ["no needle", "no", "needle"]
"""As they stand on the rows."""


async def test_words_that_a_running_tool_says_are_found() -> None:
    running = ToolPart(0, SafeText("t"), None, ToolState.RUNNING, None, None, SafeText("at hay"))
    async with stage(talk(running)) as it:
        await opened(it)
        it.tools[0].collapsed = False
        await sought(it, "hay", "1 hit")
        await it.until(lambda: reversed_words(it) == ["hay"])


@pytest.mark.parametrize("size", [(120, 36), (60, 20)])
async def test_words_far_down_in_a_tool_come_into_sight(size: tuple[int, int]) -> None:
    arguments: JsonValue = [{"number": n, "word": "many words " * 20} for n in range(25)]
    result = "".join(f"line {n} {'of words ' * 20}\n" for n in range(30))
    part = tool("t", arguments, result)
    async with stage(talk("above\n\n" * 25, part, "below\n\n" * 25), size=size) as it:
        await opened(it)
        for words in ('"number": 22', "line 28", '"number": 2,', "line 5 "):
            await sought(it, words, "1 hit")
            await it.press("enter")
            # else Enter may act on what is typed next
            await it.until(lambda: count(it) == "1 of 1")
            await it.until(lambda: words in reversed_words(it))  # noqa: B023 - called at once


async def test_more_of_a_long_result_is_shown_up_to_the_words() -> None:
    rows: JsonValue = [{"number": n, "text": "some words"} for n in range(2_000)]
    async with stage(talk(tool("t", None, rows), "below\n\n" * 50)) as it:
        await opened(it)
        await sought(it, '"number": 400,', "1 hit")
        await it.press("enter")
        await it.until(lambda: '"number": 400,' in reversed_words(it))
        row = row_of(it, '"number": 400,')
        assert row is not None
        assert row == it.transcript.size.height // 3
        shown = "\n".join(
            said(each) for each in it.tools[0].query(".result > Plain").results(Plain)
        )
        assert '"number": 1500,' not in shown


async def test_words_too_far_down_in_a_result_are_told_of() -> None:
    text = "x" * (FIRST_CHARS + FOUND_CHARS) + "\nneedle"
    async with stage(talk(tool("t", None, text), "below\n\n" * 50)) as it:
        await opened(it)
        await sought(it, "needle", "1 hit")
        await it.press("enter")
        await it.until(lambda: f"found {FOUND_CHARS + 1:,} characters further down" in it.drawn)
        more = it.tools[0].query_one(More)
        more.focus(scroll_visible=False)
        await it.press("enter")
        await it.until(lambda: "further down" in said(more))
        await it.press("slash", "enter")
        await it.until(lambda: reversed_words(it) == ["needle"])
        assert said(more) == "that is all"


async def test_words_across_two_pieces_are_marked_in_both() -> None:
    text = "x" * (FIRST_CHARS - 3) + "needle" + "x" * 100
    async with stage(talk(tool("t", None, text))) as it:
        await opened(it)
        await sought(it, "needle", "1 hit")
        await it.press("enter")
        more = await shown(it, More)
        more.focus()
        await it.press("enter")
        await it.until(lambda: reversed_words(it) == ["nee", "dle"])


async def shown(it: Stage, kind: type[W]) -> W:
    await it.until(lambda: bool(it.transcript.query(kind)))
    return it.one(kind)


async def test_a_result_that_comes_is_marked_too() -> None:
    backend = talk(tool("t", None, "hay"))
    async with stage(backend) as it:
        await opened(it)
        it.tools[0].collapsed = False
        await sought(it, "needle", "no hits")
        backend.histories["s"][1] = assistant("a0", tool("t", None, "a needle"))
        await it.press("f5")
        await it.until(lambda: reversed_words(it) == ["needle"])


CITED = CitationsPart(
    tuple(
        Citation(
            SafeText(f"{n}.1"),
            SafeText("" if n % 2 else f"title {n}"),
            SafeText(f"https://example.com/{n}"),
            SafeText(f"first line {n}\nand {'more ' * 30}last line {n}"),
        )
        for n in range(12)
    )
)
"""More than a screen shows of them."""


async def test_words_in_sources_are_marked_and_come_into_sight() -> None:
    async with stage(talk(CITED, "below\n\n" * 25)) as it:
        await opened(it)
        for words in WORDS_IN_SOURCES:
            await it.press("slash")
            it.one(FindBar).query_one(Input).value = words
            await it.until(lambda: " hit" in count(it))
            await it.press("enter")
            await it.until(lambda: words in reversed_words(it))  # noqa: B023 - called at once
            # the next from far below, with the sources folded as they were
            it.one(Sources).collapsed = True
            await it.press("escape")
            it.transcript.focus()
            await it.press("end")
            await it.until(lambda: not reversed_words(it))
            assert not it.transcript.query(Sources) or not it.rows(it.one(Sources))


WORDS_IN_SOURCES = (
    "7.1",
    "title 10",
    "example.com/10",
    "example.com/11",
    "first line 3",
    "last line 11",
)


async def test_words_in_sources_stay_marked_while_one_is_chosen() -> None:
    async with stage(talk(CITED)) as it:
        await opened(it)
        await sought(it, "title 4", "1 hit")
        await it.press("enter")
        await it.until(lambda: "title 4" in reversed_words(it))
        it.one(SourceList).focus(scroll_visible=False)
        await it.until(lambda: "▸" in "\n".join(said(each) for each in entries(it)))
        assert "title 4" in reversed_words(it)


def entries(it: Stage) -> list[Plain]:
    return list(it.one(SourceList).query(Plain))


async def test_words_in_notes_are_marked_and_not_in_the_keys_behind_them() -> None:
    note = NotePart(SafeText("cut at the length limit, press on"))
    message = assistant("a", "An answer", note).with_status(MessageStatus.PARTIAL)
    async with stage(ScriptedBackend(histories={"s": [user("q", "Q"), message]})) as it:
        await opened(it)
        await sought(it, "limit", "1 hit")
        await it.press("enter")
        await it.until(lambda: reversed_words(it) == ["limit"])
