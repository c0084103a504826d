"""`runnel search`: what was said in the sessions that are kept here."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from tui.cli import completers
from tui.cli.connecting import open_connection
from tui.cli.marks import marks_record
from tui.cli.options import (
    csv_delimiter,
    delimiter_option,
    json_option,
    output_option,
    profile_option,
)
from tui.cli.output import narrate, write, write_json
from tui.cli.query_command import QueryCommand
from tui.errors import NotFound
from tui.formatting.counts import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui.model import Session
    from tui.query import Matcher
    from tui.query.found import Found, FoundSession, Page
    from tui.query.snippets import Snippet
    from tui.safe_text import JsonValue

_COLUMNS = ("session", "title", "time", "message", "speaker", "snippet")


@click.command(cls=QueryCommand, short_help="Find what was said in the sessions kept here.")
@click.argument("query", nargs=-1, required=True, shell_complete=completers.queries)
@click.option(
    "--limit",
    default=50,
    show_default=True,
    metavar="N",
    type=click.IntRange(1),
    help="Print at most N hits.",
)
@click.option("--offset", default=0, metavar="N", type=click.IntRange(0), help="Skip N hits.")
@click.option(
    "--order",
    type=click.Choice(["recent", "relevant"]),
    default="recent",
    help="List first what is newest, or what has most hits.",
)
@output_option("the hits")
@json_option("one JSON array")
@click.option("--csv", "as_csv", is_flag=True, help="Print a table for spreadsheets.")
@delimiter_option
@click.option("-q", "--quiet", is_flag=True, help="Print the ids of the sessions only.")
@profile_option
def search(
    query: tuple[str, ...],
    limit: int,
    offset: int,
    order: str,
    as_json: bool,
    as_csv: bool,
    delimiter: str | None,
    quiet: bool,
    profile: str,
) -> None:
    """Find what was said in the sessions that are kept here, without asking the server.

    A QUERY is words, "a phrase", -not and filters: role:user label:refund feedback:down frustrated:
    nosource: error: cut: lead:ada tool:lookup source:pricing.pdf title:x bot:x after:7d
    before:2026-11-01 messages:>10 tokens:>5000 draft:, own: for what was asked from here, and your
    marks, unread: flag: tag:todo note: archived:. A shell takes quotes away: write '"a phrase"'.
    Nothing found is exit code 4; runnel sync fills what is kept here.

    Example: runnel search refund feedback:down after:30d
    """
    if as_json + as_csv + quiet > 1:
        raise click.UsageError("--json, --csv and -q cannot be combined.")
    between = csv_delimiter(delimiter, is_csv=as_csv)
    from tui.cli.shell_query import parse_in_shell
    from tui.query import Matcher
    from tui.query.found import Order, Page

    matcher = Matcher(parse_in_shell(" ".join(query)), datetime.now(UTC))
    found = asyncio.run(_found(profile, matcher, Page(limit, offset, Order(order))))
    if as_json:
        write_json([_record(*each) for each in _hits(found, matcher)], indent=2)
    elif as_csv:
        write(_table(found, matcher, between))
    elif quiet:
        write("".join(f"{each.document.session.id}\n" for each in found.sessions))
    else:
        write("".join(_lines(found, matcher)))
    _tell_count(found, offset)
    if not found.sessions:
        raise click.exceptions.Exit(NotFound.exit_code)


async def _found(profile: str, matcher: Matcher, page: Page) -> Found:
    from tui.cli.offline import how_to_fill
    from tui.conversation.documents import find

    async with open_connection(profile, needs_kept=True) as connection:
        if not connection.listed_sessions():
            narrate(f"No session is kept here yet{how_to_fill(connection)}.")
        return await find(connection, matcher, page)


def _tell_count(found: Found, offset: int) -> None:
    if not found.sessions:
        narrate("No more hits." if offset else "Nothing kept here matches.")
        return
    end = offset + sum(max(1, len(each.hit.exchanges)) for each in found.sessions)
    # what is counted on is no more than somebody wants to read
    count = f"{counted(found.count, 'hit')}{'' if found.is_all else ' or more'}"
    if end < found.count or not found.is_all:
        narrate(f"{offset + 1:,} to {end:,} of {count}; --offset {end} goes on.")
    else:
        narrate(f"{offset + 1:,} to {end:,} of {count}." if offset else f"{count}.")


def _hits(found: Found, matcher: Matcher) -> Iterator[tuple[FoundSession, Snippet | None]]:
    """Yield each hit with its session; no snippet for a session that is found without."""
    from tui.query.snippets import snippet_of

    for each in found.sessions:
        for exchange in each.hit.exchanges:
            yield each, snippet_of(exchange, matcher)
        if not each.hit.exchanges:
            yield each, None


def _lines(found: Found, matcher: Matcher) -> Iterator[str]:
    from tui.formatting.speakers import label_of

    last: Session | None = None
    for each, snippet in _hits(found, matcher):
        session = each.document.session
        if session is not last:
            yield f"{session.id}  {_time(session) or '-'}  {_title(each)}\n"
            last = session
        if snippet is not None:
            speaker = label_of(snippet.message, of_customers=session.facts is not None)
            yield f"  {speaker}: {snippet.text}\n"


def _record(found: FoundSession, snippet: Snippet | None) -> dict[str, JsonValue]:
    from tui.formatting.records import iso_time

    record: dict[str, JsonValue] = {
        "session": found.document.session.id,
        "title": _title(found),
        "updated_at": iso_time(found.document.session.changed_at),
        "message": None,
        "role": None,
        "snippet": None,
        "marks": [],
        "session_marks": marks_record(found.document.marks),
    }
    if snippet is not None:
        record |= {
            "message": snippet.message.id,
            "role": snippet.message.role.value,
            "snippet": snippet.text,
            "marks": [[start, end] for start, end in snippet.marks],
        }
    return record


def _table(found: Found, matcher: Matcher, delimiter: str) -> str:
    from tui.export.csv_table import table

    rows = [_COLUMNS]
    for each, snippet in _hits(found, matcher):
        session = each.document.session
        said = ("", "", "")
        if snippet is not None:
            said = (snippet.message.id, snippet.message.role.value, snippet.text)
        rows.append((session.id, _title(each), _time(session), *said))
    return table(rows, delimiter)


def _title(found: FoundSession) -> str:
    return next(iter(found.document.titles), found.document.session.label)


def _time(session: Session) -> str:
    from tui.formatting.records import iso_seconds

    return iso_seconds(session.changed_at) or ""
