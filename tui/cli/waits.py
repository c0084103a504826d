"""Waits of a command, told on stderr: a slow read, a retry, a silent answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from tui.cli.output import narrate

if TYPE_CHECKING:
    from tui.backends.traffic import Traffic
    from tui.conversation import Connection, Conversation


def narrate_waits(traffic: Traffic) -> None:
    """Tell of every read that takes long, or failed and is made again."""
    slow_since: float | None = None

    def tell() -> None:
        nonlocal slow_since
        waiting, before = traffic.waiting, slow_since
        slow_since = traffic.reading_since
        if before is None and slow_since is not None:
            narrate("The server is slow to answer; Ctrl+C stops.")
            return
        if waiting is not None:
            seconds = max(0.0, waiting.until - traffic.clock())
            narrate(
                f"{waiting.reason}; trying again in {seconds:.0f} s"
                f" ({waiting.attempt} of {waiting.attempts})"
            )

    traffic.changed = tell


@asynccontextmanager
async def silence_told(
    connection: Connection, conversation: Conversation, tell: Callable[[str], None] = narrate
) -> AsyncIterator[None]:
    """Tell while the block runs that nothing comes, and how to stop; there is no limit."""
    watcher = asyncio.create_task(_watch(connection, conversation, tell))
    try:
        yield
    finally:
        watcher.cancel()
        with suppress(asyncio.CancelledError):
            await watcher


async def _watch(
    connection: Connection, conversation: Conversation, tell: Callable[[str], None]
) -> None:
    # imported late: a command that waits for nothing starts without it
    from tui.conversation.patience import Patience

    patience = Patience()
    while True:
        progress, now = conversation.progress, connection.clock()
        heard_at = now if progress is None else progress.last_event_at
        if (limit_s := patience.passed_limit_s(heard_at, now)) is not None:
            tell(f"Nothing has come for {limit_s:.0f} s; Ctrl+C stops and keeps what came.")
            patience.extend()
        await asyncio.sleep(max(0.05, patience.left_s(heard_at, now)))
