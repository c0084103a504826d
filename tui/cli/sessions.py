"""`runnel sessions`: the conversations of a profile."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from datetime import datetime

import click

from tui.cli.bot import settle_bot
from tui.cli.connecting import open_connection
from tui.cli.options import json_option, output_option, profile_option
from tui.cli.output import narrate, write_columns, write_json
from tui.cli.period import period_of
from tui.formatting.records import iso_time, session_record
from tui.model import ALWAYS, Period, Session


@click.command
@click.option("--since", metavar="WHEN", help="Leave out sessions made before WHEN.")
@click.option("--until", metavar="WHEN", help="Leave out sessions made after WHEN.")
@output_option("the list")
@json_option("one JSON array")
@click.option("--show-lead", is_flag=True, help="Tell in JSON unmasked who it is held with.")
@profile_option
def sessions(
    since: str | None, until: str | None, as_json: bool, show_lead: bool, profile: str
) -> None:
    """List the sessions, newest first: id, time, title.

    WHEN is 24h, 7d or 2w for that long ago, a day such as 2026-11-01, or an ISO time.

    Example: runnel sessions --since 7d --json
    """
    if show_lead and not as_json:
        raise click.UsageError("--show-lead goes with --json.")
    period = period_of(since, until, datetime.now().astimezone())
    listed = asyncio.run(_sessions(profile, period))
    show(listed, period, as_json=as_json, shows_person=show_lead)


async def _sessions(profile: str, period: Period) -> Sequence[Session]:
    async with open_connection(profile) as connection:
        if connection.backend.capabilities.sessions_belong_to_bot:
            await settle_bot(connection)
        return await connection.sessions(period)


def show(
    listed: Sequence[Session], period: Period, *, as_json: bool, shows_person: bool = False
) -> None:
    """Print the sessions of `period`, and say so when there are none or too many."""
    # it takes longer to import than all of the command line
    from tui.backends.base import MAX_ROWS

    if as_json:
        write_json([session_record(each, shows_person=shows_person) for each in listed], indent=2)
    else:
        now = datetime.now().astimezone()
        write_columns([(each.id, _time(each, now), each.label) for each in listed])
        if not listed and period == ALWAYS:
            narrate('No sessions yet: runnel ask "…" makes one.')
        elif not listed:
            narrate("No session was made in that time.")
    if len(listed) >= MAX_ROWS:
        narrate(f"There are more sessions: these are the newest {MAX_ROWS:,}.")


def _time(session: Session, now: datetime) -> str:
    from tui.formatting.times import relative_time

    then = session.updated_at or session.created_at
    # a program wants a time that stays true
    return (relative_time(then, now) if sys.stdout.isatty() else iso_time(then) or "") or "-"
