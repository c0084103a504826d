"""`runnel export`: sessions as files, streamed from the server or from what is kept here."""

from __future__ import annotations

import asyncio
import re
import signal
from collections.abc import Coroutine, Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

import click
from msgspec import Struct

from tui.cli import completers
from tui.cli.bot import settle_bot
from tui.cli.connecting import open_connection
from tui.cli.export_output import ExportOutput, ExportProgress, export_output
from tui.cli.offline import how_to_fill, offering, offline_option, tell_age
from tui.cli.options import csv_delimiter, delimiter_option, profile_option
from tui.cli.output import narrate, warn, write
from tui.cli.query_command import QueryCommand
from tui.errors import BadInput, NotFound
from tui.export.file_endings import FORMATS, ending_of, told_format, words_for_format
from tui.formatting.counts import counted
from tui.safe_text import clean_line

if TYPE_CHECKING:
    from tui.conversation import Connection
    from tui.export.formats import Writer
    from tui.export.redaction import Redactor
    from tui.model import Session
    from tui.query import Matcher

MAX_PAGE_SESSIONS = 2_000
"""More are read better in parts: opening a page of 20,000 takes a browser many seconds."""
T = TypeVar("T")

_ID = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""What is meant as the id of a session, and is nothing that anybody looks for."""


class _Request(Struct, frozen=True):
    """What is to be exported, and how."""

    wanted: tuple[str, ...]
    format: str
    redact: bool
    offline: bool
    bom: bool
    delimiter: str


def _print_schema(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        from tui.export.records import schema_text

        write(schema_text())
        context.exit()


@click.command(cls=QueryCommand, short_help="Write sessions to a file: HTML, Markdown, JSON, CSV.")
@click.argument(
    "wanted",
    nargs=-1,
    metavar="[QUERY | SESSION...]",
    shell_complete=completers.sessions_or_queries,
)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(FORMATS),
    help="Write this format; without it that of the name of FILE, else md.",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    default="-",
    shell_complete=completers.files,
    help="Write to FILE, whole or not at all, for you alone to read.",
)
@click.option("--force", is_flag=True, help="Overwrite FILE.")
@click.option(
    "--redact",
    is_flag=True,
    help="Mask what the lead form told, e-mail addresses, numbers of phones, cards and accounts,"
    " IP addresses and keys, and say what was masked.",
)
@offline_option
@click.option("--bom", is_flag=True, help="Begin CSV with a mark by which Excel knows UTF-8.")
@delimiter_option
@click.option(
    "--schema",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_schema,
    help="Print the JSON Schema of --format json and end.",
)
@profile_option
def export(
    wanted: tuple[str, ...],
    format_name: str | None,
    output: str,
    force: bool,
    redact: bool,
    offline: bool,
    bom: bool,
    delimiter: str | None,
    profile: str,
) -> None:
    """Export sessions: all of them, those that a QUERY finds, or each SESSION given by its id.

    The newest is first. What is kept here is read again only where the server may have more; what
    is not is read and kept, but for what was forgotten or is beyond what the profile keeps. A file
    that is there is not overwritten, and one that was not finished is not left behind. Where a
    QUERY finds nothing, nothing is written, and the exit code is 4.

    Example: runnel export --redact -o bad.html feedback:down after:30d
    """
    written_as = format_name or _format_of(output)
    between = csv_delimiter(delimiter, is_csv=written_as == "csv")
    request = _Request(wanted, written_as, redact, offline, bom, between)
    if bom and written_as != "csv":
        raise click.UsageError("--bom is for CSV.")
    ended_by: list[int] = []
    try:
        with export_output(output, overwrites=force) as writing:
            left_out, masked = asyncio.run(_ending(_export(profile, request, writing), ended_by))
    except asyncio.CancelledError:
        raise click.exceptions.Exit(128 + ended_by[0]) from None
    if not writing.sessions and not offline:
        narrate("No sessions yet.")
    if writing.path is not None:
        # the name may say something else, or nothing
        told = words_for_format(output, request.format)
        narrate(f"Wrote {counted(writing.sessions, 'session')} to {writing.path}{told}.")
    if request.format == "html" and writing.sessions > MAX_PAGE_SESSIONS:
        narrate("A browser is slow with a page of so many sessions; a query makes it shorter.")
    if masked:
        narrate(masked)
        narrate("Names and addresses in the text may be left: read it before you hand it on.")
    if left_out:
        raise click.exceptions.Exit(1)


async def _ending(work: Coroutine[None, None, T], ended_by: list[int]) -> T:
    """Return what comes of `work`, cancelled by a signal that would leave half a file."""
    loop, task = asyncio.get_running_loop(), asyncio.ensure_future(work)

    def end(number: int) -> None:
        ended_by.append(number)
        task.cancel()

    for number in (signal.SIGTERM, signal.SIGHUP):
        # nohup has it ignored
        if signal.getsignal(number) is signal.SIG_DFL:
            loop.add_signal_handler(number, end, number)
    return await task


def _format_of(output: str) -> str:
    """Return the format that the name of a file says, Markdown for one without an ending.

    Raises:
        BadInput: who ends a name with .xls would believe to have a spreadsheet.
    """
    if not (ending := ending_of(output)):
        return "md"
    if (told := told_format(output)) is not None:
        return told
    raise BadInput(
        f"No export has the format of a name that ends with .{clean_line(ending, 20)}.",
        hint=f"It may be {', '.join(FORMATS)}; --format writes one under any name.",
    )


async def _export(profile: str, request: _Request, output: ExportOutput) -> tuple[int, str]:
    """Write all that was asked for.

    Returns how many sessions could not be read, and what was masked, empty when nothing was to be.

    Raises:
        NotFound: the query finds nothing.
    """
    from tui.conversation.session_reading import NotKept, SessionReader, Unread, Whole
    from tui.export.csv_table import BOM
    from tui.export.exported import ExportedSession
    from tui.export.redaction import Redactor

    left_out = forgotten = 0
    not_kept: list[Session] = []
    async with open_connection(profile, needs_kept=request.offline) as connection:
        redactor = Redactor(connection.secret_forms) if request.redact else None
        sessions, matcher = await _sessions(connection, request)
        writer = _writer(connection, request, redactor)
        head = chain((BOM,) if request.bom else (), writer.head())
        reader = SessionReader(connection, offline=request.offline)
        with ExportProgress(len(sessions), output) as progress:
            async for read in reader.read(sessions, matcher):
                match read:
                    case Whole(session, messages):
                        shown = ExportedSession(session, messages)
                        shown = redactor.session(shown) if redactor else shown
                        # the head with the first session: what finds none writes nothing
                        output.write(head)
                        output.write_session(writer.session(shown))
                        forgotten += connection.local.is_forgotten(session)
                    case Unread(session, error):
                        left_out += 1
                        progress.tell(f"Left out {session.id}: {error.sentence}")
                    case NotKept(session):
                        not_kept.append(session)
                progress.note()
        _tell_not_kept(connection, not_kept, forgotten)
        if not output.sessions and (matcher is not None or (not_kept and request.wanted)):
            raise NotFound("No session matches.", hint="runnel sessions lists what there is.")
        output.write(chain(head, writer.tail()))
    if left_out:
        warn(f"{counted(left_out, 'session')} could not be read and is not in the export.")
    return left_out, redactor.told() if redactor else ""


def _writer(connection: Connection, request: _Request, redactor: Redactor | None) -> Writer:
    from tui.export.exported import About
    from tui.export.formats import Format, writer_of

    about = About(datetime.now(UTC), connection.profile.name, connection.profile.api)
    about = redactor.about(about) if redactor else about
    return writer_of(Format(request.format), about, request.delimiter)


def _tell_not_kept(connection: Connection, left_out: Sequence[Session], forgotten: int) -> None:
    """Say of how many sessions nothing was here, and how many are in the export alone."""
    from tui.export.exported import told_of_forgotten

    were_forgotten = sum(map(connection.local.is_forgotten, left_out))
    if forgotten:
        narrate(told_of_forgotten(forgotten))
    if were_forgotten:
        told = f"{counted(were_forgotten, 'session')} left out that were forgotten here"
        narrate(f"{told}; without --offline the server is asked for them.")
    if never_kept := len(left_out) - were_forgotten:
        told = f"{counted(never_kept, 'session')} left out, of which nothing is kept here"
        narrate(f"{told}{how_to_fill(connection)}.")


async def _sessions(
    connection: Connection, request: _Request
) -> tuple[Sequence[Session], Matcher | None]:
    """Return what may be exported, newest first, and what is to be found in it, `None`: nothing.

    Words that are ids of sessions are these, in their order.

    Raises:
        BadInput: the query cannot be read.
        NotFound: there is no session of such an id.
        Unreachable: the list cannot be read; it may be here.
    """
    from tui.cli.shell_query import parse_in_shell
    from tui.query import Matcher

    query = " ".join(request.wanted)
    matcher = Matcher(parse_in_shell(query), datetime.now(UTC)) if query else None
    if request.offline:
        states = (await connection.store.copies.all()).values()
        tell_age(connection, max((each.read_at for each in states), default=None))
    else:
        with offering("exports"):
            if connection.backend.capabilities.sessions_belong_to_bot:
                await settle_bot(connection)
            await connection.sessions()
    listed = connection.listed_sessions()
    by_id = {each.id: each for each in listed}
    if not request.wanted or not all(
        each in by_id or _ID.fullmatch(each) for each in request.wanted
    ):
        return listed, matcher
    for each in request.wanted:
        if each not in by_id:
            raise NotFound(f"There is no session {each}.")
    return [by_id[each] for each in dict.fromkeys(request.wanted)], None
