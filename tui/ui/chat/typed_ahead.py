"""Keys typed ahead: what they ask for goes out before the chat is drawn for the first time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

MOST_S = 0.15
"""So long the first frame may wait; until then the splash shows what was typed."""
_LOOK_S = 0.004


async def acted(settled: Awaitable[None], is_going_out: Callable[[], bool]) -> None:
    """Return when keys have `settled` and nothing they asked `is_going_out` any more.

    A frame drawn between a key and its question costs as much as all calls of both.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(MOST_S):
            await settled
            while is_going_out():  # noqa: ASYNC110 - what goes out tells only of what comes back
                await asyncio.sleep(_LOOK_S)
