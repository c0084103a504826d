"""`runnel stats`: numbers of what is kept here."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from tui.cli import completers
from tui.cli.connecting import open_connection
from tui.cli.offline import how_to_fill
from tui.cli.options import (
    csv_delimiter,
    delimiter_option,
    json_option,
    output_option,
    profile_option,
)
from tui.cli.output import narrate, write, write_columns, write_json
from tui.cli.query_command import QueryCommand
from tui.cli.waits import CountingLine
from tui.errors import NotFound
from tui.formatting.counts import counted
from tui.formatting.times import duration

if TYPE_CHECKING:
    from tui.query.numbers import Counter, Numbers
    from tui.safe_text import JsonValue

_GROUPINGS = ("day", "bot", "label", "hour")
"""As `Grouping` spells them, which takes longer to import."""
_TELL_EVERY = 500
_NO_GROUP = "-"
_HEADINGS = {
    "sessions": "sessions",
    "exchanges": "exchanges",
    "without_source_share": "no source",
    "frustrated": "frustrated",
    "thumbs_down": "thumbs down",
    "thumbs_up": "thumbs up",
    "cut": "cut",
    "errors": "errors",
    "tokens": "tokens",
    "median_answer_s": "answered in",
}


@click.command(cls=QueryCommand, short_help="Count what is kept here, or what a QUERY finds.")
@click.argument("query", nargs=-1, metavar="[QUERY]", shell_complete=completers.queries)
@click.option("--by", "grouping", type=click.Choice(_GROUPINGS), help="Count each of these apart.")
@output_option("the numbers")
@json_option("one JSON object")
@click.option("--csv", "as_csv", is_flag=True, help="Print a table for spreadsheets.")
@delimiter_option
@profile_option
def stats(
    query: tuple[str, ...],
    grouping: str | None,
    as_json: bool,
    as_csv: bool,
    delimiter: str | None,
    profile: str,
) -> None:
    """Count what is kept here: all of it, or what a QUERY finds, without asking the server.

    An exchange is a question with its answers. How long answers took is known of those that were
    asked for here. Days and hours are those of this machine; an exchange with several labels is
    counted with each. Nothing found is exit code 4; runnel sync fills what is kept here.

    Example: runnel stats after:30d --by day
    """
    if as_json and as_csv:
        raise click.UsageError("--json and --csv cannot be combined.")
    between = csv_delimiter(delimiter, is_csv=as_csv)
    from tui.cli.shell_query import parse_in_shell
    from tui.query import Matcher
    from tui.query.numbers import Counter, Grouping

    matcher = Matcher(parse_in_shell(" ".join(query)), datetime.now(UTC)) if query else None
    counter = Counter(matcher, None if grouping is None else Grouping(grouping))
    filling = asyncio.run(_count(profile, counter))
    rows = {**counter.groups, "total": counter.total} if grouping else {"total": counter.total}
    if as_json:
        write_json(_record(counter, grouping), indent=2)
    elif as_csv:
        write(_csv(rows, grouping or "what", between))
    else:
        _print(rows, grouping)
    if not counter.total.exchanges:
        narrate(f"Nothing kept here matches{filling}.")
        raise click.exceptions.Exit(NotFound.exit_code)


async def _count(profile: str, counter: Counter) -> str:
    """Count what is kept here, and return the end of a sentence that says how more comes here."""
    from tui.conversation.counting import kept_documents

    line = CountingLine(sys.stderr, lambda: True)
    async with open_connection(profile, needs_kept=True) as connection:
        async for each in kept_documents(connection):
            if each.document is not None:
                counter.add(each.document)
            if sys.stderr.isatty() and each.done % _TELL_EVERY == 0:
                line.show(f"[{each.done:,} of {counted(each.of, 'session')}; Ctrl+C stops]")
        line.hide()
        return how_to_fill(connection)


def _values(numbers: Numbers) -> dict[str, float | int | None]:
    share, seconds = numbers.without_source_share, numbers.median_answer_s
    return {
        "sessions": numbers.sessions,
        "exchanges": numbers.exchanges,
        "without_source_share": None if share is None else round(share, 4),
        "frustrated": numbers.frustrated,
        "thumbs_down": numbers.thumbs_down,
        "thumbs_up": numbers.thumbs_up,
        "cut": numbers.cut,
        "errors": numbers.errors,
        "tokens": numbers.tokens,
        "median_answer_s": None if seconds is None else round(seconds, 3),
    }


def _record(counter: Counter, grouping: str | None) -> dict[str, JsonValue]:
    record: dict[str, JsonValue] = {"total": dict(_values(counter.total))}
    if grouping is not None:
        record["by"] = grouping
        record["groups"] = [
            {grouping: name or None, **_values(each)} for name, each in counter.groups.items()
        ]
    return record


def _csv(rows: Mapping[str, Numbers], heading: str, delimiter: str) -> str:
    from tui.export.csv_table import table

    lines = [(heading, *_HEADINGS)]
    for name, numbers in rows.items():
        values = ("" if each is None else str(each) for each in _values(numbers).values())
        lines.append((name, *values))
    return table(lines, delimiter)


def _print(rows: Mapping[str, Numbers], grouping: str | None) -> None:
    if grouping is None:
        [numbers] = rows.values()
        write_columns(list(zip(_HEADINGS.values(), _cells(numbers), strict=True)))
        return
    headings = (grouping, *_HEADINGS.values())
    write_columns([headings, *((name or _NO_GROUP, *_cells(each)) for name, each in rows.items())])


def _cells(numbers: Numbers) -> Iterator[str]:
    for key, value in _values(numbers).items():
        match key, value:
            case _, None:
                yield _NO_GROUP
            case "without_source_share", share:
                yield f"{share:.0%}"
            case "median_answer_s", float(seconds):
                yield duration(seconds)
            case _:
                yield f"{value:,}"
