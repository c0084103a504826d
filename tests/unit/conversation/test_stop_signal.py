from __future__ import annotations

import asyncio

import pytest

from tests.event_loops import unhurried
from tui.conversation.stop_signal import StopRequested, StopSignal


@unhurried
async def test_stopping_again_while_the_first_stop_is_cleaned_up_changes_nothing() -> None:
    signal, cleaning, done = StopSignal(), asyncio.Event(), asyncio.Event()

    async def hangs() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cleaning.set()
            await done.wait()

    waiting = asyncio.create_task(signal.wait_for(hangs))
    await asyncio.sleep(0)
    signal.stop()
    await cleaning.wait()
    signal.stop()
    signal.stop()
    done.set()
    with pytest.raises(StopRequested):
        await waiting


async def test_a_timeout_of_what_is_waited_for_is_no_stop() -> None:
    async def start() -> None:
        raise TimeoutError("a connection timed out")

    with pytest.raises(TimeoutError):
        await StopSignal().wait_for(start)
