from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import ScriptedBackend, Step
from tests.ui.harness import stage
from tui.events import Completed, Started, TextDelta, ToolCalled, ToolReturned
from tui.safe_text import SafeText
from tui.ui.cells import cell_len
from tui.ui.markdown.document import MarkdownDocument
from tui.ui.markdown.page_layout import PageLayout
from tui.ui.transcript.reply import CARET, caret_cell

WORDS = st.lists(
    st.sampled_from(
        ["word", " ", "\n\n", "- ", "日本", "```\n", "| a | b |\n", "e\u0301", "x" * 9]
    ),
    max_size=30,
).map("".join)


@given(WORDS, st.integers(1, 30), st.integers(0, 2))
def test_a_caret_stands_behind_the_last_letter_and_covers_none(
    text: str, width: int, rows_ahead: int
) -> None:
    document, layout = MarkdownDocument(), PageLayout(width)
    document.write(text)
    while document.advance():
        pass
    layout.show(document.blocks, 0)
    cell = caret_cell(layout, layout.height + rows_ahead)
    last = "".join(piece.text for piece in layout.row(layout.height - 1)).rstrip()
    if not layout.height:
        assert cell is None
    elif cell_len(last) < width:
        assert cell == (cell_len(last), layout.height - 1)
    else:
        assert cell == ((0, layout.height) if rows_ahead else None)


async def test_a_growing_answer_has_one_caret_and_a_whole_one_none() -> None:
    gates = [asyncio.Event() for _ in range(6)]
    pieces = ["Some", " words", "\n\n- and a list", "\n\n```\ncode", "\n```\n", "\nend"]
    script: list[Step] = [Started()]
    for piece, gate in zip(pieces, gates, strict=True):
        script += [TextDelta(SafeText(piece)), gate]
    script += [ToolCalled(0, SafeText("look"), {}), ToolReturned(0, {})]
    last = asyncio.Event()
    script += [TextDelta(SafeText("More")), last, Completed()]
    async with stage(ScriptedBackend(scripts=[script])) as it:
        await it.ask("Write")
        source = ""
        for piece, gate in zip(pieces, gates, strict=True):
            source += piece
            await it.until(lambda source=source: it.texts[-1] == source and it.in_line)  # type: ignore[misc]
            await it.pilot.pause()
            assert it.drawn.count(CARET) == 1
            word = piece.strip("\n-` ").splitlines()[-1] if piece.strip("\n` ") else "code"
            assert f"{word}{CARET}" in it.drawn
            gate.set()
        await it.until(lambda: f"More{CARET}" in it.drawn)
        assert it.drawn.count(CARET) == 1
        height = it.replies[-1].size.height - it.replies[-1].empty_rows
        last.set()
        await it.settled()
        assert CARET not in it.drawn
        assert it.replies[-1].size.height == height
        assert CARET not in it.texts[-1] + "".join(each.text for each in it.replies)


async def test_the_end_of_a_growing_answer_stays_in_sight_while_the_view_gets_lower() -> None:
    gates = [asyncio.Event() for _ in range(40)]
    script: list[Step] = [Started()]
    for number, gate in enumerate(gates):
        script += [TextDelta(SafeText(f"line {number}\n")), gate]
    async with stage(ScriptedBackend(scripts=[[*script, Completed()]]), size=(60, 30)) as it:
        await it.ask("Write")
        for number, gate in enumerate(gates):
            await it.until(lambda number=number: f"line {number}{CARET}" in it.drawn)  # type: ignore[misc]
            assert it.transcript.following
            if number in (9, 30):
                await it.press(*["ctrl+j"] * 4)
            gate.set()
        await it.settled()
