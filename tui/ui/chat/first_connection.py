"""First connection of the app, begun while the chat is still being made."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.conversation import Connection


def begin_connecting(connecting: Awaitable[Connection]) -> asyncio.Task[Connection]:
    """Return the task that opens a connection and has its server asked at once what can answer."""
    task = asyncio.create_task(_settling(connecting))
    task.add_done_callback(_forget_failure)
    return task


async def _settling(connecting: Awaitable[Connection]) -> Connection:
    connection = await connecting
    connection.begin_settling()
    return connection


def _forget_failure(connecting: asyncio.Task[Connection]) -> None:
    # who opens the profile tells it, unless the app has ended before
    if not connecting.cancelled():
        connecting.exception()
