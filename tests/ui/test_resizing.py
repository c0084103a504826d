from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

import pytest
from textual.screen import Screen

from tests.fakes import NOON, ScriptedBackend, assistant, user
from tests.fuzz import FUZZ
from tests.ui.harness import Stage, stage
from tui.model import Session
from tui.safe_text import SafeText
from tui.ui.splash import LIST_FROM_COLUMNS

ANSWER = """\
# Tides

A sentence of **strong** and plain words that is long enough to be wrapped somewhere, at any width.

- an item, followed by enough words for a second row where there is little room for it
  1. one inside of it, `code` in it, and some words more than fit

| Port | What is said of it |
|---|---|
| Aber | Words in a cell of a table that has to be made narrow as well |

```python
harbour = [light for light in lights if light.is_lit and light.height > 20]
```
"""
OVER_THE_CHAT = ("f1", "f7", "ctrl+p")


def long_session() -> ScriptedBackend:
    history = []
    for at in range(6):
        history += [user(f"q{at}", f"Question {at} " * (at + 1)), assistant(f"a{at}", ANSWER)]
    listed = [Session("s", SafeText("A session"), updated_at=NOON)]
    return ScriptedBackend(histories={"s": history}, listed=listed)


async def resize(it: Stage, size: tuple[int, int]) -> None:
    await it.pilot.resize_terminal(*size)
    await it.until(lambda: it.app.size == size)
    await it.pilot.pause()


def layouts_of(screen: Screen[Any]) -> Sequence[object]:
    """Return what gets longer with each layout of `screen`."""
    laid_out: list[object] = []
    screen.screen_layout_refresh_signal.subscribe(screen, laid_out.append, immediate=True)
    return laid_out


@pytest.mark.every_frame
async def test_each_size_of_the_window_is_laid_out_once() -> None:
    async with stage(long_session(), size=(120, 40)) as it:
        await it.open("s")
        await it.settled()
        splash, *_ = it.app.screen_stack
        of_chat, of_splash = layouts_of(it.chat), layouts_of(splash)
        sizes = [(LIST_FROM_COLUMNS + at * 7 % 20, 40 - at % 3) for at in range(1, 12)]
        for size in sizes:
            await resize(it, size)
        assert len(of_chat) == len(sizes)
        # of it nothing is to be seen
        assert len(of_splash) == 0


def words(it: Stage) -> Sequence[str]:
    """Return what is drawn, without the scroll bars: how much is mounted may differ."""
    return [row.rstrip("▁▂▃▄▅▆▇█ ") for row in it.drawn.splitlines()]


async def at_once(size: tuple[int, int]) -> Sequence[str]:
    """Return what is drawn where the window has had no other size."""
    async with stage(long_session(), size=size) as it:
        await it.open("s")
        await it.settled()
        return words(it)


@pytest.mark.parametrize("seed", range(FUZZ))
async def test_all_stands_as_if_the_window_had_never_had_another_size(seed: int) -> None:
    random = Random(seed)
    sizes = [(random.randint(40, 160), random.randint(16, 50)) for _ in range(4)]
    expected = {size: await at_once(size) for size in sizes}
    async with stage(long_session(), size=(120, 40)) as it:
        await it.open("s")
        await it.settled()
        # back to some, of which things may be kept that are those of another width by now
        for size in random.sample(sizes * 3, k=8):
            over = random.choice(("", *OVER_THE_CHAT))
            if over:
                await it.press(over)
                await it.until(lambda: it.app.screen is not it.chat)
            await resize(it, size)
            if over:
                await it.press("escape")
                await it.until(lambda: it.app.screen is it.chat)
                await it.pilot.pause()
            assert words(it) == expected[size], (size, over)
