from __future__ import annotations

import asyncio

from tests.fakes import ScriptedBackend, connection
from tui.conversation.unfinished import stop, stop_and_wait


async def test_what_is_unfinished_is_stopped_once_and_waited_for_when_a_connection_closes() -> None:
    link = connection(ScriptedBackend())
    left: list[str] = []

    async def work(name: str) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            for _ in range(3):
                await asyncio.sleep(0)
            left.append(name)

    stopped, going_on = link.unfinished.begin(work("a")), link.unfinished.begin(work("b"))
    await asyncio.sleep(0)
    stop(stopped)
    stop(stopped)
    await link.aclose()
    assert sorted(left) == ["a", "b"]
    assert stopped.cancelled()
    assert going_on.cancelled()
    await link.aclose()


async def test_who_waits_for_the_end_of_a_task_may_be_cancelled_again_and_the_task_is_not() -> None:
    cut_off, left = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            try:
                await left.wait()
            except asyncio.CancelledError:
                cut_off.set()

    task = asyncio.ensure_future(work())
    await asyncio.sleep(0)
    waiting = asyncio.ensure_future(stop_and_wait(task))
    for _ in range(3):
        await asyncio.sleep(0)
        waiting.cancel()
    await asyncio.sleep(0)
    assert not waiting.done()
    left.set()
    (outcome,) = await asyncio.gather(waiting, return_exceptions=True)
    assert isinstance(outcome, asyncio.CancelledError)
    assert task.cancelled()
    assert not cut_off.is_set()
