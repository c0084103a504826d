from __future__ import annotations

import asyncio
from typing import cast

from textual import _time
from textual.widget import Widget

from tui.errors import RunnelError
from tui.tapes.loops import StrictLoop
from tui.ui.replay_cast import CastApp, play_strictly
from tui.ui.terminal.loop_time import loop_time_s


class _Seen:
    """Stands in for the app that plays, and looks at what it would play on."""

    fault: RunnelError | None = None
    order: tuple[int, ...] = ()

    async def run_async(self, *, size: tuple[int, int]) -> None:
        assert size == (80, 24)
        assert isinstance(asyncio.get_running_loop(), StrictLoop)
        assert _time.get_time is loop_time_s
        self.order = tuple(hash(Widget()) for _ in range(3))


def test_a_film_is_played_with_widgets_and_timers_in_an_order_of_its_own() -> None:
    seen = _Seen()
    play_strictly(cast(CastApp, seen), (80, 24))
    assert seen.order == (0, 1, 2)
