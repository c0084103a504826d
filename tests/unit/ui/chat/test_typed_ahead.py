from __future__ import annotations

import asyncio

from tests.waiting import until
from tui.ui.chat.typed_ahead import acted


async def test_it_waits_for_the_keys_and_then_for_the_question() -> None:
    keys, going_out = asyncio.Event(), [True]

    async def settled() -> None:
        await keys.wait()

    waiting = asyncio.create_task(acted(settled(), lambda: going_out[0]))
    await asyncio.sleep(0)
    assert not waiting.done()
    keys.set()
    going_out.clear()
    going_out.append(False)
    await until(waiting.done)


async def test_it_waits_for_no_question_that_does_not_go_out_in_time() -> None:
    async def settled() -> None:
        return

    await acted(settled(), lambda: True)
