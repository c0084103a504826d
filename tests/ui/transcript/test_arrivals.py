from __future__ import annotations

import asyncio

from tests.fakes import ScriptedBackend, Step, assistant, user
from tests.ui.harness import Stage, stage
from tui.events import Completed, Started, TextDelta
from tui.model import ToolPart, ToolState
from tui.safe_text import SafeText

SIZE = (80, 20)
WORDS = "many words that are wrapped where there is little room " * 4


def history(count: int = 6) -> ScriptedBackend:
    tool = ToolPart(0, SafeText("tool"), {"a": 1}, ToolState.DONE, "one\ntwo\nthree")
    messages = []
    for at in range(count):
        messages += [user(f"q{at}", f"question {at}"), assistant(f"a{at}", WORDS, tool, WORDS)]
    return ScriptedBackend(histories={"s": messages})


async def opened(it: Stage) -> None:
    await it.open("s")
    await it.settled_reading()
    await it.pilot.pause()


async def up(it: Stage, rows: int = 12) -> None:
    it.transcript.scroll_relative(y=-rows, animate=False, immediate=True)
    await it.until(lambda: "below" in it.below or "new" in it.below)


async def at_width(it: Stage, columns: int) -> None:
    await it.pilot.resize_terminal(columns, SIZE[1])
    await it.until(lambda: it.app.size.width == columns)
    await it.pilot.pause()
    await it.pilot.pause()


async def test_rows_of_the_history_are_never_new() -> None:
    backend = history()
    async with stage(backend, size=SIZE) as it:
        await opened(it)
        await up(it)
        seen = [it.below]
        for columns in (50, 110, 40, SIZE[0]):
            await at_width(it, columns)
            seen.append(it.below)
        for collapsed in (False, True):
            it.tools[-1].collapsed = collapsed
            await it.pilot.pause()
            await it.pilot.pause()
            seen.append(it.below)
        backend.histories["s"] += history(9).histories["s"][-6:]
        await it.press("f5")
        await it.until(lambda: len(it.chat.send_workers.busy) == 0 and len(it.views) > 12)
        await it.pilot.pause()
        seen.append(it.below)
        assert [each for each in seen if "more line" not in each] == []


async def test_what_a_stream_brought_is_counted_alike_whatever_the_reader_does() -> None:
    gate, end = asyncio.Event(), asyncio.Event()
    backend = history()
    script: list[Step] = [Started(), TextDelta(SafeText(f"{WORDS}\n\nbegun")), gate]
    script += [TextDelta(SafeText(" on\n\ntwo\n\nthree")), end, Completed()]
    backend.scripts = [script]
    async with stage(backend, size=SIZE) as it:
        await opened(it)
        await it.ask("More")
        await it.until(lambda: "begun" in it.drawn)
        await it.pilot.pause()
        await up(it)
        assert "new" not in it.below
        await at_width(it, 50)
        assert "new" not in it.below
        gate.set()
        await it.until(lambda: it.below.startswith("4 new lines ↓ Ctrl+End"))
        for columns in (40, 110, SIZE[0]):
            await at_width(it, columns)
            await it.until(lambda: it.below.startswith("4 new lines ↓ Ctrl+End"))
        it.tools[-1].collapsed = False
        await up(it, 30)
        assert it.below.startswith("4 new lines ↓ Ctrl+End")
        end.set()
        await it.settled()
        await it.until(lambda: it.below.startswith("4 new lines ↓ Ctrl+End"))


async def test_what_was_seen_once_is_not_new_again() -> None:
    gate, more, end = asyncio.Event(), asyncio.Event(), asyncio.Event()
    backend = history()
    lines = "\n".join(f"line {at}" for at in range(40))
    script: list[Step] = [Started(), TextDelta(SafeText("begun\n")), gate]
    script += [TextDelta(SafeText(lines)), more, TextDelta(SafeText("\nmore")), end, Completed()]
    backend.scripts = [script]
    async with stage(backend, size=SIZE) as it:
        await opened(it)
        await it.ask("More")
        await it.until(lambda: "begun" in it.drawn)
        await up(it)
        gate.set()
        await it.until(lambda: it.below == "40 new lines ↓ Ctrl+End")
        await it.until(lambda: it.transcript.rows_below >= 40)
        it.transcript.scroll_relative(
            y=it.transcript.rows_below - 16, animate=False, immediate=True
        )
        await it.until(lambda: it.below == "14 new lines ↓ Ctrl+End")
        assert "line 25" in it.drawn
        assert "line 26" not in it.drawn
        it.transcript.scroll_relative(y=-20, animate=False, immediate=True)
        await it.until(lambda: "line 25" not in it.drawn)
        assert it.below == "14 new lines ↓ Ctrl+End"
        more.set()
        await it.until(lambda: it.below == "15 new lines ↓ Ctrl+End")
        end.set()
        await it.settled()
        assert it.below == "15 new lines ↓ Ctrl+End"
        it.transcript.scroll_end(animate=False, immediate=True)
        await it.until(lambda: it.below == "")
        it.transcript.scroll_relative(y=-20, animate=False, immediate=True)
        await it.until(lambda: "more lines below · Ctrl+End" in it.below)
