"""`runnel login`: does the server know us."""

from __future__ import annotations

import asyncio

import click

from tui.cli.options import open_connection, profile_option
from tui.cli.output import write


@click.command
@profile_option
def login(profile: str) -> None:
    """Check the key or sign in, and say as whom.

    Example: runnel login --profile work
    """
    asyncio.run(_login(profile))


async def _login(profile: str) -> None:
    async with open_connection(profile) as connection:
        identity = await connection.backend.identify()
        detail = f" ({identity.detail})" if identity.detail else ""
        write(f"{connection.profile.name}: {identity.name}{detail}\n")
