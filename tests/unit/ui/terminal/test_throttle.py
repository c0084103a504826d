from __future__ import annotations

import asyncio
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.event_loops import unhurried
from tui.ui.terminal.throttle import Throttle

APART_S = 0.1


@given(st.lists(st.floats(0, 0.3), min_size=1, max_size=40))
def test_the_first_is_done_at_once_the_last_is_never_left_out_and_few_between(
    waits: list[float],
) -> None:
    @unhurried
    async def check() -> None:
        now = asyncio.get_running_loop().time
        asked: list[float] = []
        done: list[float] = []
        throttle = Throttle(lambda: done.append(now()), APART_S)
        for wait_s in waits:
            await asyncio.sleep(wait_s)
            asked.append(now())
            throttle.request()
        await asyncio.sleep(1)
        assert done[0] == asked[0]
        assert asked[-1] <= done[-1] <= asked[-1] + APART_S + 1e-6
        assert all(later - earlier >= APART_S - 1e-6 for earlier, later in pairwise(done))
        # each time for somebody who asked since the time before
        assert all(any(last <= at <= then for at in asked) for last, then in pairwise(done))

    check()
