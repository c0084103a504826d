from __future__ import annotations

import pytest
from textual.widgets import Input

from tests.fakes import ScriptedBackend, assistant, says, user
from tests.ui.harness import Stage, W, said, stage
from tui.model import Citation, CitationsPart, MessageStatus, NotePart, Part, ToolPart, ToolState
from tui.safe_text import JsonValue, SafeText
from tui.ui.search.find_bar import FindBar
from tui.ui.transcript.sources import SourceList, Sources
from tui.ui.widgets.expandable_text import FIRST_CHARS, FOUND_CHARS, More
from tui.ui.widgets.plain_text import Plain


def talk(*answers: Part | str) -> ScriptedBackend:
    history = []
    for at, answer in enumerate(answers):
        history += [user(f"q{at}", f"question {at}"), assistant(f"a{at}", answer)]
    return ScriptedBackend(histories={"s": history})


async def opened(it: Stage) -> None:
    await it.open("s")
    await it.settled()
    it.transcript.focus()
    await it.pilot.pause()


def selected(it: Stage) -> str:
    message = it.transcript.selection.message
    return "" if message is None else message.id


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


@pytest.mark.parametrize("key", ["slash", "ctrl+f"])
async def test_find_goes_through_the_hits_in_order(key: str) -> None:
    async with stage(talk("needle [1]", "hay", "NEEDLE two needle")) as it:
        await opened(it)
        await it.press(key)
        await it.press(*"needle")
        await it.until(lambda: "3 hits" in it.drawn)
        steps = []
        for pressed in ("up", "up", "up", "up", "enter", "down"):
            await it.press(pressed)
            await it.pilot.pause()
            steps.append((selected(it), count(it)))
        assert steps == [
            ("a2", "3 of 3"),
            ("a2", "2 of 3"),
            ("a0", "1 of 3"),
            ("a2", "3 of 3"),
            ("a0", "1 of 3"),
            ("a2", "2 of 3"),
        ]


async def test_n_and_shift_n_go_on_when_the_line_is_closed() -> None:
    async with stage(talk("needle", "hay", "needle")) as it:
        await opened(it)
        await sought(it, "needle", "2 hits")
        await it.press("up", "escape")
        assert not it.one(FindBar).display
        assert it.transcript.has_focus
        await it.press("N")
        await it.until(lambda: selected(it) == "a0")
        assert it.transcript.has_focus
        await it.until(lambda: "1 of 2" in it.drawn)
        await it.press("n")
        await it.until(lambda: selected(it) == "a2")
        await it.press("escape")
        await it.until(lambda: not it.one(FindBar).display)


async def test_ctrl_f_finds_from_the_composer() -> None:
    async with stage(talk("needle")) as it:
        await it.open("s")
        await it.settled()
        await it.write("half a question")
        await it.press("ctrl+f")
        assert it.one(FindBar).query_one(Input).has_focus
        assert it.composer.whole_text == "half a question"


async def test_capitals_in_the_words_are_meant() -> None:
    async with stage(talk("needle Needle")) as it:
        await opened(it)
        await sought(it, "Needle", "1 hit ")
        await sought(it, "needle", "2 hits")


async def test_find_without_hits_says_where_else_to_look() -> None:
    async with stage(talk("hay")) as it:
        await opened(it)
        await it.press("slash", *"needle")
        await it.until(lambda: "no hits here · F3 searches everything" in it.drawn)


async def test_the_words_are_marked_and_unmarked() -> None:
    async with stage(talk("a **needle** and\n\n```sh\nneedle x\n```\n")) as it:
        await opened(it)
        await sought(it, "needle", "2 hits")
        await it.until(lambda: reversed_words(it) == ["needle", "needle"])
        await sought(it, "question", "1 hit ")
        await it.until(lambda: reversed_words(it) == ["question"])
        await it.press("escape")
        await it.until(lambda: reversed_words(it) == [])


async def test_find_reaches_messages_that_are_not_mounted() -> None:
    async with stage(talk(*(f"answer {n}" for n in range(200)))) as it:
        await opened(it)
        assert len(it.views) < 100
        await sought(it, "answer 0", "1 hit ")
        await it.press("enter")
        await it.until(lambda: selected(it) == "a0")
        await it.until(lambda: "answer 0" in reversed_words(it))
        await sought(it, "answer 100", "1 hit ")
        await it.press("enter")
        await it.until(lambda: "answer 100" in reversed_words(it))


async def test_words_far_down_in_a_long_answer_come_into_sight() -> None:
    lines = "".join(f"line {n}\n\n" for n in range(300))
    async with stage(
        talk(lines.replace("line 250", "needle one").replace("line 40", "needle 2"))
    ) as it:
        await opened(it)
        await sought(it, "needle", "2 hits")
        await it.press("up")
        await it.until(lambda: "needle one" in "\n".join(it.rows(it.transcript)))
        await it.press("up")
        await it.until(lambda: "needle 2" in "\n".join(it.rows(it.transcript)))


async def test_what_is_in_sight_is_not_moved() -> None:
    lines = "".join(f"line {n}\n\n" for n in range(100))
    async with stage(talk(lines)) as it:
        await opened(it)
        await sought(it, "line 9", "11 hits")
        await it.press("up")
        await it.until(lambda: count(it) == "11 of 11")
        place = it.transcript.scroll_y
        await it.press("up", "up")
        await it.until(lambda: count(it) == "9 of 11")
        await it.pilot.pause()
        assert it.transcript.scroll_y == place


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


def row_of(it: Stage, words: str) -> int | None:
    """The row of the transcript in sight that holds the words."""
    rows = it.rows(it.transcript)
    return next((row for row, text in enumerate(rows) if words in text), None)


def tool(name: str, arguments: JsonValue, result: JsonValue) -> ToolPart:
    return ToolPart(0, SafeText(name), arguments, ToolState.DONE, result)


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
        await sought(it, "hay", "1 hit ")
        await it.until(lambda: reversed_words(it) == ["hay"])


@pytest.mark.parametrize("size", [(120, 36), (60, 20)])
async def test_words_far_down_in_a_tool_come_into_sight(size: tuple[int, int]) -> None:
    arguments: JsonValue = [{"number": n, "word": "many words " * 20} for n in range(40)]
    result = "".join(f"line {n} {'of words ' * 20}\n" for n in range(40))
    part = tool("t", arguments, result)
    async with stage(talk("above\n\n" * 50, part, "below\n\n" * 50), size=size) as it:
        await opened(it)
        for words in ('"number": 37', "line 38", '"number": 2,', "line 5 "):
            await sought(it, words, "1 hit ")
            await it.press("enter")
            await it.until(lambda: words in reversed_words(it))  # noqa: B023 - called at once


async def test_more_of_a_long_result_is_shown_up_to_the_words() -> None:
    rows: JsonValue = [{"number": n, "text": "some words"} for n in range(60_000)]
    async with stage(talk(tool("t", None, rows), "below\n\n" * 50)) as it:
        await opened(it)
        await sought(it, '"number": 400,', "1 hit ")
        await it.press("enter")
        await it.until(lambda: '"number": 400,' in reversed_words(it))
        row = row_of(it, '"number": 400,')
        assert row is not None
        assert row == it.transcript.size.height // 3 + 1
        shown = "\n".join(
            said(each) for each in it.tools[0].query(".result > Plain").results(Plain)
        )
        assert '"number": 1500,' not in shown


async def test_words_too_far_down_in_a_result_are_told_of() -> None:
    text = "x" * (FIRST_CHARS + FOUND_CHARS) + "\nneedle"
    async with stage(talk(tool("t", None, text), "below\n\n" * 50)) as it:
        await opened(it)
        await sought(it, "needle", "1 hit ")
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
        await sought(it, "needle", "1 hit ")
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
        for n in range(30)
    )
)


@pytest.mark.parametrize(
    "words", ["7.1", "title 28", "example.com/28", "example.com/29", "first line 3", "last line 29"]
)
async def test_words_in_sources_are_marked_and_come_into_sight(words: str) -> None:
    async with stage(talk(CITED, "below\n\n" * 50)) as it:
        await opened(it)
        await it.press("slash")
        it.one(FindBar).query_one(Input).value = words
        await it.until(lambda: "go there" in count(it))
        await it.press("enter")
        await it.until(lambda: words in reversed_words(it))


async def test_words_in_sources_stay_marked_while_one_is_chosen() -> None:
    async with stage(talk(CITED)) as it:
        await opened(it)
        await sought(it, "title 4", "1 hit ")
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
        await sought(it, "limit", "1 hit ")
        await it.press("enter")
        await it.until(lambda: reversed_words(it) == ["limit"])


async def test_what_is_said_after_the_search_is_found_too() -> None:
    backend = talk("needle")
    backend.scripts = [says("a needle more")]
    async with stage(backend) as it:
        await opened(it)
        await sought(it, "needle", "1 hit ")
        await it.press("escape")
        await it.ask("And?")
        await it.settled()
        it.transcript.focus()
        await it.press("n")
        await it.until(lambda: count(it).endswith(" of 2"))


async def test_another_session_is_searched_for_the_same_words() -> None:
    backend = talk("needle", "needle")
    backend.histories["t"] = [user("t0", "a needle here")]
    async with stage(backend) as it:
        await opened(it)
        await sought(it, "needle", "2 hits")
        await it.open("t")
        await it.settled()
        await it.until(lambda: count(it).startswith("1 hit "))
        await it.until(lambda: reversed_words(it) == ["needle"])


async def test_many_messages_are_searched_while_the_keys_go_on() -> None:
    history = [
        message
        for n in range(2_000)
        for message in (user(f"q{n}", f"question {n}"), assistant(f"a{n}", f"answer {n} " * 100))
    ]
    async with stage(ScriptedBackend(histories={"s": history})) as it:
        await opened(it)
        await it.press("slash", *"answer 1999")
        await it.until(lambda: count(it).startswith("100 hits"))
        assert it.one(FindBar).query_one(Input).value == "answer 1999"


async def test_what_is_read_is_found_whatever_it_is_written_like() -> None:
    answer = (
        "It is **bo**ld and\na *soft* [li**nk**](https://hid.den)s, caf&eacute; cafe\u0301 ＦＵＬＬ"
    )
    tool_part = tool("t", {"Straße": "é"}, "cafe\u0301 STRASSE")
    async with stage(talk(answer, tool_part)) as it:
        await opened(it)
        it.tools[0].collapsed = False
        for words, told, shown in (
            ("bold and a soft links", "1 hit ", ["bold and", "a soft links"]),
            ("hid.den", "no hits", []),
            ("cafe", "3 hits", ["café", "cafe\u0301", "cafe\u0301"]),
            ("strasse", "2 hits", ["Straße", "STRASSE"]),
            ("full", "1 hit ", ["ＦＵＬＬ"]),
        ):
            await sought(it, words, told)
            await it.until(lambda: reversed_words(it) == shown)  # noqa: B023 - called at once


async def test_hits_across_rows_are_stepped_through_one_by_one() -> None:
    text = "some words that are **wrapped** at the end of a row " * 12
    async with stage(talk(text), size=(60, 30)) as it:
        await opened(it)
        await sought(it, "wrapped at the end", "12 hits")
        for step in range(12, 0, -1):
            await it.press("up")
            await it.until(lambda: count(it) == f"{step} of 12")  # noqa: B023 - called at once
        assert "".join(reversed_words(it)).replace(" ", "") == "wrappedattheend" * 12


async def test_the_words_meant_stay_the_ones_meant_at_another_width() -> None:
    async with stage(talk("some words that wrap and a needle " * 12), size=(100, 36)) as it:
        await opened(it)
        await sought(it, "needle", "12 hits")
        await it.press("enter", "down", "down")
        await it.until(lambda: count(it) == "3 of 12")
        for columns in (100, 60, 84):
            await it.pilot.resize_terminal(columns, 36)
            await it.until(lambda: it.app.size.width == columns)  # noqa: B023 - called at once
            await it.until(lambda: meant(it) == [2])


def meant(it: Stage) -> list[int]:
    """Which of the marked words on the screen, from 0, are the ones meant."""
    underlined = [
        bool(segment.style and segment.style.underline)
        for strip in it.app.screen._compositor.render_strips()
        for segment in strip
        if segment.style is not None and segment.style.reverse and segment.text == "needle"
    ]
    return [at for at, is_meant in enumerate(underlined) if is_meant]
