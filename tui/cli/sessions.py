"""`runnel sessions`: the conversations of a profile."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime

import click

from tui.cli.bot import settle_bot
from tui.cli.options import json_option, open_connection, profile_option
from tui.cli.output import narrate, write_columns, write_json
from tui.cli.records import iso_time, session_record
from tui.model import Session


@click.command
@json_option("one JSON array")
@profile_option
def sessions(as_json: bool, profile: str) -> None:
    """List the sessions, newest first: id, time, title.

    Example: runnel sessions --json
    """
    listed = asyncio.run(_sessions(profile))
    if as_json:
        write_json([session_record(each) for each in listed], indent=2)
    elif listed:
        now = datetime.now().astimezone()
        write_columns([(each.id, _time(each, now), each.label) for each in listed])
    else:
        narrate('No sessions yet: runnel ask "…" makes one.')


async def _sessions(profile: str) -> list[Session]:
    async with open_connection(profile) as connection:
        if connection.backend.capabilities.sessions_belong_to_bot:
            await settle_bot(connection)
        return await connection.sessions()


def _time(session: Session, now: datetime) -> str:
    from tui.ui.times import relative_time

    then = session.updated_at or session.created_at
    # a program wants a time that stays true
    return (relative_time(then, now) if sys.stdout.isatty() else iso_time(then) or "") or "-"
