"""What a frame of a growing answer costs: `python -m tests.bench.markdown [SHAPE ...]`.

All figures are ratios taken in one run on one machine, of CPU time. The end is that of an answer
of 500 KB; the first column is to stay below 1.5.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from statistics import median

from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Markdown

from tui.ui.markdown.view import MarkdownView
from tui.ui.widgets.pinned_scroll import PinnedScroll

PIECE_CHARS = 66
FRAMES = 60
BEGINNING_CHARS = 6_000
END_CHARS = 500_000
STOCK_CHARS = 3_000
SIZE = (120, 40)

_MIXED = """## A heading

Some **bold** words, `code` and a [link](https://example.com/a), and more prose to fill two lines.

1. one thing
2. another *thing*
   - nested

```python
def half(number: int) -> float:
    return number / 2
```

| name | value |
|------|-------|
| one  | 1     |

> quoted words

"""
SHAPES = {
    "mixed": ("", _MIXED),
    "fence": ("```python\n", "    total = half(number) + 3  # a comment\n"),
    "paragraph": ("", "Words with **bold** and `code` among them, on and on. "),
    "list": ("", "- an item with **bold** words and `code` in it\n"),
    "table": ("| a | b |\n|---|---|\n", "| some words | other **words** and `code` |\n"),
    "cjk": ("", "漢字とかなの混じった**文章**が続きます😀。どこかで折り返すはずです。\n\n"),
}

Write = Callable[[str], Awaitable[None]]


class PageLayout(App[None]):
    """One growing text in a scrolling container that follows its end."""

    def __init__(self, *, stock: bool) -> None:
        super().__init__()
        self._stock = stock

    def compose(self) -> ComposeResult:
        with PinnedScroll():
            yield Markdown() if self._stock else MarkdownView()

    def on_mount(self) -> None:
        self.query_one(PinnedScroll).follow()

    async def write(self, text: str) -> None:
        if self._stock:
            await self.query_one(Markdown).append(text)
        else:
            view = self.query_one(MarkdownView)
            view.show(view.text + text, whole=False)


def source(shape: str) -> str:
    start, repeated = SHAPES[shape]
    return (start + repeated * (END_CHARS // len(repeated) + 2))[:END_CHARS]


async def frame_cost(layout: PageLayout, pilot: Pilot[None], text: str) -> float:
    """Return the median CPU time of the frames in which `text` comes, in milliseconds."""
    costs = []
    for at in range(0, len(text), PIECE_CHARS):
        began = time.process_time()
        await layout.write(text[at : at + PIECE_CHARS])
        await pilot.pause()
        costs.append((time.process_time() - began) * 1000)
    return median(costs)


async def beginning_and_end(shape: str) -> tuple[float, float]:
    text = source(shape)
    frames = FRAMES * PIECE_CHARS
    layout = PageLayout(stock=False)
    async with layout.run_test(size=SIZE) as pilot:
        await layout.write(text[:BEGINNING_CHARS])
        await pilot.pause()
        first = await frame_cost(layout, pilot, text[BEGINNING_CHARS : BEGINNING_CHARS + frames])
        view = layout.query_one(MarkdownView)
        await layout.write(text[BEGINNING_CHARS + frames : END_CHARS - frames])
        while not view.is_drawn:
            await pilot.pause(0.05)
        await pilot.pause()
        return first, await frame_cost(layout, pilot, text[END_CHARS - frames :])


async def whole_cost(shape: str, *, stock: bool) -> float:
    """Return the CPU time of streaming the first 3 KB of a shape, in milliseconds."""
    layout = PageLayout(stock=stock)
    async with layout.run_test(size=SIZE) as pilot:
        began = time.process_time()
        await frame_cost(layout, pilot, source(shape)[:STOCK_CHARS])
        return (time.process_time() - began) * 1000


async def main(shapes: list[str]) -> None:
    print(f"{'shape':<12}{'end ÷ beginning':>18}{'ours ÷ stock, 3 KB':>22}{'ms a frame':>14}")
    for shape in shapes or list(SHAPES):
        first, last = await beginning_and_end(shape)
        ours, stock = await whole_cost(shape, stock=False), await whole_cost(shape, stock=True)
        print(f"{shape:<12}{last / first:>18.2f}{ours / stock:>22.2f}{last:>14.1f}", flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
