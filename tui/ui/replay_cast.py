"""Replay without a terminal: what a terminal would get, with its times, and a still of the end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import datetime

from textual.driver import Driver

from tui.errors import RunnelError
from tui.tapes.loops import StrictLoop
from tui.tapes.tape import TICK_S, Mark
from tui.ui.replay import ReplayApp
from tui.ui.terminal.cast_driver import cast_driver
from tui.ui.terminal.loop_time import timers_by_loop, widgets_in_order
from tui.ui.terminal.still import Rows, rows_of, still_of

Size = tuple[int, int]
_MOMENT_S = 1e-6
_DRAWN_S = 2.0
"""Longer than any frame is held back, by the clock of the loop."""
_LAST_FRAMES_S = 0.1
"""So long before the moment of a still its frames are kept: what changes then is in the next."""


class CastApp(ReplayApp):
    """Plays a tape once, hands on what is drawn, and ends.

    It is run by `play_strictly`: what a tape comes to is the same then, frame by frame.
    """

    taken: Callable[[str], object] = staticmethod(lambda _: None)
    is_seen = False
    """Whether frames are wanted; the still alone is made in two thirds of the time."""
    still = ""
    """The last screen as SVG, once it has ended, or that of the moment up to which it plays."""
    _last_frame: Rows | None = None
    """The last one near the moment of a still; what has changed since is in no frame yet."""

    def get_driver_class(self) -> type[Driver]:
        return cast_driver(lambda data: self.taken(data))

    async def _play(self) -> None:
        await super()._play()
        if self._how.until_s is not None:
            await asyncio.sleep(self._until_next_s)
        else:
            await asyncio.sleep(_DRAWN_S)
            # the seconds, which are told once a second only
            self.front.chat.controllers.state.draw()
            await asyncio.sleep(_DRAWN_S)
        self.still = still_of(self._last_frame or rows_of(self), self.size.width, self.TITLE)
        self.exit()

    @property
    def _until_next_s(self) -> float:
        """How long what is drawn now would stand before the tape goes on."""
        position_s = self.player.position_s
        later = (each.at_s for each in self.tape.events if each.at_s > position_s)
        next_s = min(next(later, position_s), position_s + TICK_S)
        return max(0.0, next_s - position_s - _MOMENT_S)

    def pass_frame(self) -> None:
        if self._is_near_still:
            self._last_frame = rows_of(self)

    def _draw_time(self) -> None:
        # what the tape brings from here on may come too late for any frame
        if self._is_near_still and self._last_frame is None and self._front is not None:
            self._last_frame = rows_of(self)
        super()._draw_time()

    @property
    def _is_near_still(self) -> bool:
        until_s = self._how.until_s
        return until_s is not None and self.player.position_s >= until_s - _LAST_FRAMES_S

    def show_fault(self, fault: RunnelError) -> bool:
        # nobody looks at it
        return False


def play_strictly(app: CastApp, size: Size) -> None:
    """Play a tape by a clock of its own, on which only the tape takes time, and it no more of ours.

    Raises:
        RunnelError: it could not go on.
    """
    with (
        timers_by_loop(),
        widgets_in_order(),
        asyncio.Runner(loop_factory=StrictLoop) as runner,
    ):
        runner.run(app.run_async(size=size))
    if app.fault is not None:
        raise app.fault


class Cast:
    """Lines of an asciicast, in their order: a header, then `[interval, code, data]` each.

    `version` and `cols` and `rows` of `term` have to be there, whole numbers; its `type`, and
    `timestamp` in seconds since 1970, may be. An interval is in seconds since the event before, and
    data is always a string: what is written to the terminal (code `o`), or the name of a marker
    (`m`, may be empty). All that is not printable stands as `\\u`. A line that begins with `#`
    would be a comment.

    Source: https://docs.asciinema.org/manual/asciicast/v3/, and its own reader takes no negative
    time, and no size above 65,535: src/asciicast/v3.rs in https://github.com/asciinema/asciinema.
    """

    def __init__(self, app: CastApp, size: Size, began_at: datetime) -> None:
        self._app = app
        self._last_s = 0.0
        columns, rows = size
        term = {"cols": columns, "rows": rows, "type": "xterm-256color"}
        header = {"version": 3, "term": term, "timestamp": max(0, int(began_at.timestamp()))}
        self._marks = [each for each in app.tape.events if isinstance(each, Mark)]
        self.lines = [json.dumps(header)]
        app.taken, app.is_seen = self._take, True

    def _take(self, data: str) -> None:
        at_s = max(self._last_s, self._app.player.position_s)
        while self._marks and self._marks[0].at_s <= at_s:
            mark = self._marks.pop(0)
            self._add(max(self._last_s, mark.at_s), "m", mark.name)
        self._add(at_s, "o", data)

    def _add(self, at_s: float, code: str, data: str) -> None:
        interval_s = round(at_s - self._last_s, 3)
        self._last_s += interval_s
        self.lines.append(json.dumps([interval_s, code, data]))
