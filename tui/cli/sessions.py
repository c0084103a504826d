"""`runnel sessions`: the conversations of a profile."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from tui.cli import completers
from tui.cli.bot import settle_bot
from tui.cli.connecting import open_connection
from tui.cli.marks import marks_record
from tui.cli.offline import offering, offline_option, tell_age
from tui.cli.options import (
    csv_delimiter,
    delimiter_option,
    json_option,
    output_option,
    profile_option,
)
from tui.cli.output import narrate, write, write_columns, write_json
from tui.cli.period import period_of
from tui.cli.query_command import QueryCommand
from tui.errors import NotFound
from tui.formatting.records import iso_seconds, session_record
from tui.model import ALWAYS, Period, Session

if TYPE_CHECKING:
    from tui.conversation import Connection
    from tui.query import Document, Matcher
    from tui.safe_text import JsonValue


@click.command(cls=QueryCommand, short_help="List the sessions: all, or those a QUERY finds.")
@click.argument("query", nargs=-1, shell_complete=completers.queries)
@click.option("--since", metavar="WHEN", help="Leave out sessions made before WHEN.")
@click.option("--until", metavar="WHEN", help="Leave out sessions made after WHEN.")
@offline_option
@output_option("the list")
@json_option("one JSON array")
@click.option("--csv", "as_csv", is_flag=True, help="Print a table for spreadsheets.")
@delimiter_option
@click.option("-q", "--quiet", is_flag=True, help="Print the ids only.")
@click.option("--show-lead", is_flag=True, help="Tell in JSON unmasked who it is held with.")
@profile_option
def sessions(
    query: tuple[str, ...],
    since: str | None,
    until: str | None,
    offline: bool,
    as_json: bool,
    as_csv: bool,
    delimiter: str | None,
    quiet: bool,
    show_lead: bool,
    profile: str,
) -> None:
    """List the sessions, newest first: id, time, title; with a QUERY those that it finds.

    A QUERY is what runnel search takes; it looks into what is kept here of the sessions, and
    nothing found is exit code 4. WHEN is 24h, 7d or 2w for that long ago, today, yesterday, a day
    such as 2026-11-01, or an ISO time.

    Example: runnel sessions --since 7d feedback:down
    """
    if show_lead and not as_json:
        raise click.UsageError("--show-lead goes with --json.")
    if as_json + as_csv + quiet > 1:
        raise click.UsageError("--json, --csv and -q cannot be combined.")
    between = csv_delimiter(delimiter, is_csv=as_csv)
    period = period_of(since, until, datetime.now().astimezone())
    matcher = _matcher(" ".join(query))
    listed = asyncio.run(_sessions(profile, period, matcher, offline=offline, are_told=not quiet))
    if quiet:
        write("".join(f"{each.session.id}\n" for each in listed))
    elif as_csv:
        write(_table(listed, between))
    else:
        show(listed, period, matcher, offline=offline, as_json=as_json, shows_person=show_lead)
    if matcher is not None and not listed:
        raise click.exceptions.Exit(NotFound.exit_code)


def _matcher(query: str) -> Matcher | None:
    """Return what a query finds, `None` where everything is wanted.

    Raises:
        BadInput: the query cannot be read.
    """
    from tui.cli.shell_query import parse_in_shell
    from tui.query import Matcher

    return Matcher(parse_in_shell(query), datetime.now(UTC)) if query else None


async def _sessions(
    profile: str, period: Period, matcher: Matcher | None, *, offline: bool, are_told: bool
) -> Sequence[Document]:
    from tui.cli.session_titles import titled
    from tui.conversation.documents import Documents
    from tui.query.found import Page

    async with open_connection(profile, needs_kept=offline) as connection:
        listed = await (_kept if offline else _read)(connection, period)
        if are_told and not offline and matcher is None:
            listed = await titled(connection, listed)
        catalogue = Documents(connection).catalogue(listed)
        if matcher is None:
            return catalogue.documents
        found = await connection.store.find(matcher, catalogue, Page(sys.maxsize))
        return [each.document for each in found.sessions]


async def _read(connection: Connection, period: Period) -> Sequence[Session]:
    with offering("lists"):
        if connection.backend.capabilities.sessions_belong_to_bot:
            await settle_bot(connection)
        return await connection.sessions(period)


async def _kept(connection: Connection, period: Period) -> Sequence[Session]:
    tell_age(connection, connection.session_index.read_at)
    return [each for each in connection.listed_sessions() if period.holds(each)]


def _table(listed: Sequence[Document], delimiter: str) -> str:
    from tui.export.csv_table import table

    rows = [("session", "created_at", "updated_at", "title")]
    for each in listed:
        session = each.session
        times = (iso_seconds(session.created_at) or "", iso_seconds(session.updated_at) or "")
        rows.append((session.id, *times, _title(each)))
    return table(rows, delimiter)


def show(
    listed: Sequence[Document],
    period: Period,
    matcher: Matcher | None = None,
    *,
    offline: bool = False,
    as_json: bool,
    shows_person: bool = False,
    most: int | None = None,
) -> None:
    """Print the sessions of `period`, and say so when there are none or `most` (`MAX_ROWS`)."""
    # it takes longer to import than all of the command line
    from tui.backends.base import MAX_ROWS

    most = most or MAX_ROWS
    if as_json:
        write_json([_record(each, shows_person=shows_person) for each in listed], indent=2)
    else:
        now = datetime.now().astimezone()
        rows = [(each.session.id, _time(each.session, now), _told(each)) for each in listed]
        write_columns(rows)
        if not listed and matcher is not None:
            narrate("No session that is kept here matches.")
        elif not listed and period == ALWAYS and not offline:
            narrate('No sessions yet: runnel ask "…" makes one.')
        elif not listed and period != ALWAYS:
            narrate("No session was made in that time.")
    if len(listed) >= most:
        narrate(f"There are more sessions: these are the newest {most:,}.")


def _record(listed: Document, *, shows_person: bool) -> dict[str, JsonValue]:
    record = session_record(listed.session, shows_person=shows_person)
    return {**record, "marks": marks_record(listed.marks)}


def _told(listed: Document) -> str:
    """Return the title, with what a call to the server would find out."""
    from tui.formatting.copy_age import GONE_WORDS

    title = _title(listed)
    return title if listed.session.gone_at is None else f"{title} · {GONE_WORDS}"


def _title(listed: Document) -> str:
    return listed.marks.title or listed.session.label


def _time(session: Session, now: datetime) -> str:
    from tui.formatting.times import relative_time

    then = session.changed_at
    # a program wants a time that stays true
    return (relative_time(then, now) if sys.stdout.isatty() else iso_seconds(then) or "") or "-"
