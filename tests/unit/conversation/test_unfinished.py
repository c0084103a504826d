from __future__ import annotations

import asyncio

from tests.fakes import ScriptedBackend, connection
from tui.conversation.unfinished import stop


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
