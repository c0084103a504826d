"""Locks of asyncio under the names by which httpcore asks anyio for them."""

from __future__ import annotations

import asyncio
from contextlib import AbstractContextManager, nullcontext
from typing import Any


class AsyncioLocks:
    """Stands in for the module: all that it does for a pool of connections in a loop of asyncio.

    What is not here is anyio's own, which works there as well.
    """

    Lock = asyncio.Lock
    Event = asyncio.Event

    def fail_after(self, delay: float | None) -> AbstractContextManager[object]:
        """Bound what waits in the block by so many seconds, `None` for no bound."""
        if delay is None:
            return nullcontext()
        import anyio

        return anyio.fail_after(delay)

    # as anyio calls it
    def CancelScope(self, *, shield: bool) -> AbstractContextManager[object]:  # noqa: N802
        """Shield from the scopes of anyio, of which there are none; from asyncio none does."""
        return nullcontext()

    def __getattr__(self, name: str) -> Any:
        import anyio

        return getattr(anyio, name)
