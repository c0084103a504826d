"""Frames of an app in a test: they come soon, and are painted when nothing else is to be done.

Nobody sees what is painted without a terminal, and it was two fifths of the time of such a test.
Whatever comes to rest is painted still; tests marked `every_frame`, and all of them in a long run
(`RUNNEL_FUZZ`), paint what is passed through on the way as well.
"""

from __future__ import annotations

import asyncio
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from textual.pilot import Pilot
from textual.screen import Screen

from tests.event_loops import IdleLoop, idle

FRAME_S = 0.002
"""From one frame to the next: waiting for it is no work, but it adds up."""

_paint = Screen._compositor_refresh
_press = Pilot.press


def paint_when_idle(screen: Screen[Any]) -> None:
    """Take the place of `Screen._compositor_refresh`."""
    app, loop = screen.app, asyncio.get_running_loop()
    if screen is not app.screen or not isinstance(loop, IdleLoop):
        _paint(screen)
        return

    def paint() -> None:
        # it may have been closed, covered or changed since: a later frame is on its way then
        if screen.is_running and screen is app.screen and not app._batch_count:
            _paint(screen)

    loop.before_idle(paint)
    # what a frame does else; what is dirty is known to the compositor
    app._display(screen, None)
    screen._dirty_widgets.clear()
    app._update_mouse_over(screen)


async def press_and_paint(pilot: Pilot[Any], *keys: str) -> None:
    """Take the place of `Pilot.press`: what several keys pass through is not painted."""
    with unpainted():
        await _press(pilot, *keys)
    await idle()


def unpainted() -> AbstractContextManager[None]:
    """Let nothing be painted in this block but what the test itself asks to see."""
    loop = asyncio.get_running_loop()
    return loop.holding_back() if isinstance(loop, IdleLoop) else nullcontext()
