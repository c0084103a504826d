from __future__ import annotations

import re

import pytest

from tests.fakes import ScriptedBackend, assistant, user
from tests.ui.harness import Stage, said, stage
from tests.ui.talks import opened, selected
from tui.model import Session
from tui.safe_text import SafeText
from tui.ui.cells import cell_len
from tui.ui.transcript.below_line import BelowLine
from tui.ui.transcript.head_line import HeadLine

SIZE = (60, 20)
QUESTION_OR_ANSWER = re.compile(r"(?:asked|told) (\d+)")


def lines(word: str, at: int, count: int) -> str:
    return "\n".join(f"{word} {at} line {n}" for n in range(count))


def talk() -> ScriptedBackend:
    history = []
    for at, (asked, told) in enumerate([(1, 30), (9, 1), (1, 1), (30, 12)]):
        history += [user(f"q{at}", lines("asked", at, asked))]
        history += [assistant(f"a{at}", lines("told", at, told))]
    session = Session("s", SafeText("Deep sea cables"))
    return ScriptedBackend(histories={"s": history}, listed=[session])


def head(it: Stage) -> str:
    return it.rows(it.one(HeadLine))[0].strip()


async def test_what_is_being_answered_is_seen_wherever_the_reader_is() -> None:
    async with stage(talk(), size=SIZE) as it:
        assert head(it) == "New session"
        await opened(it)
        await it.press("g")
        await it.until(lambda: head(it) == "Deep sea cables")
        for row in range(round(it.transcript.max_scroll_y) + 1):
            it.transcript.scroll_to(y=row, animate=False, immediate=True)
            await it.pilot.pause()
            shown = "\n".join(it.rows(it.transcript))
            number = QUESTION_OR_ANSWER.search(shown)
            assert number is not None
            question = f"asked {number[1]} line 0"
            if question in shown:
                assert head(it) == "Deep sea cables"
            else:
                assert head(it).startswith(f"❯ {question}")
            assert it.transcript.scroll_y == row
        assert len(it.rows(it.one(HeadLine))) == 1


@pytest.mark.parametrize("way", ["click", "p"])
async def test_a_click_or_a_key_goes_from_an_answer_to_its_question(way: str) -> None:
    async with stage(talk(), size=SIZE) as it:
        await opened(it)
        await it.until(lambda: head(it).startswith("❯ asked 3"))
        if way == "click":
            await it.pilot.click(HeadLine)
        else:
            await it.press(way)
        await it.until(lambda: selected(it) == "q3")
        await it.until(lambda: "asked 3 line 0" in it.drawn)
        assert it.transcript.has_focus
        await it.until(lambda: "more line" in it.below)
        await it.pilot.click(BelowLine)
        await it.until(lambda: it.below == "")
        assert it.transcript.following


@pytest.mark.parametrize("columns", [1, 7, 21, 60])
async def test_a_long_question_is_cut_by_cells(columns: int) -> None:
    words = "日本語の質問 " * 40 + "\nnever seen"
    history = [user("q", words), assistant("a", lines("told", 0, 40))]
    async with stage(ScriptedBackend(histories={"s": history}), size=SIZE) as it:
        await opened(it)
        it.one(HeadLine).styles.width = columns + 5
        await it.pilot.pause()
        await it.until(lambda: said(it.one(HeadLine)).rstrip().endswith("…") or columns < 3)
        assert cell_len(said(it.one(HeadLine))) <= columns


async def test_the_line_has_one_row_also_where_the_window_becomes_narrower() -> None:
    async with stage(talk(), size=(90, 20)) as it:
        await opened(it)
        # over the chat, which is drawn behind it
        await it.press("ctrl+p")
        await it.until(lambda: it.app.screen is not it.chat)
        await it.pilot.resize_terminal(50, 20)
        await it.pilot.pause()
        await it.press("escape")
        await it.until(lambda: it.app.screen is it.chat)
        assert len(it.rows(it.one(HeadLine))) == 1
