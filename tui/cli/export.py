"""`runnel export`: sessions as files, streamed from the server or from what is kept here."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.cli import completers
from tui.cli.bot import settle_bot
from tui.cli.connecting import log_secrets, open_connection
from tui.cli.export_output import ExportOutput, ExportProgress, export_output
from tui.cli.options import profile_option
from tui.cli.output import narrate, warn, write
from tui.errors import NotFound
from tui.formatting.counts import counted

if TYPE_CHECKING:
    from tui.conversation import Connection
    from tui.model import Session

FORMATS = ("md", "json", "jsonl", "csv", "html")
"""As `Format` spells them, which takes longer to import."""


@dataclass(frozen=True, slots=True)
class _Request:
    """What is to be exported, and how."""

    wanted: tuple[str, ...]
    format: str
    redact: bool
    offline: bool
    bom: bool


def _print_schema(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        from tui.export.records import schema_text

        write(schema_text())
        context.exit()


@click.command
@click.argument("wanted", nargs=-1, metavar="[SESSION]...", shell_complete=completers.sessions)
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
@click.option("--offline", is_flag=True, help="Take what is kept here; ask no server.")
@click.option("--bom", is_flag=True, help="Begin CSV with a mark by which Excel knows UTF-8.")
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
    profile: str,
) -> None:
    """Export sessions, all of them or each SESSION given by its id, newest first.

    A file that is there is not overwritten, and one that could not be finished is not left behind.

    Example: runnel export --format html -o sessions.html
    """
    request = _Request(wanted, format_name or _format_of(output), redact, offline, bom)
    if bom and request.format != "csv":
        raise click.UsageError("--bom is for CSV.")
    with export_output(output, overwrites=force) as writing:
        left_out, masked = asyncio.run(_export(profile, request, writing))
    if writing.path is not None:
        narrate(f"Wrote {counted(writing.sessions, 'session')} to {writing.path}.")
    if masked:
        narrate(masked)
        narrate("What has no shape of its own stays: read it before you hand it on.")
    if left_out:
        raise click.exceptions.Exit(1)


def _format_of(output: str) -> str:
    ending = Path(output).suffix.removeprefix(".").lower()
    return {"htm": "html", "markdown": "md"}.get(ending, ending if ending in FORMATS else "md")


async def _export(profile: str, request: _Request, output: ExportOutput) -> tuple[int, str]:
    """Write all that was asked for.

    Returns how many sessions could not be read, and what was masked, empty when nothing was to be.
    """
    from tui.backends.http.credentials import KnownSecrets
    from tui.conversation.session_reading import Unread, read_sessions
    from tui.export.exported import About, ExportedSession
    from tui.export.formats import Format, writer_of
    from tui.export.redaction import Redactor

    left_out = 0
    secrets = log_secrets() or KnownSecrets()
    redactor = Redactor(lambda: secrets.forms) if request.redact else None
    async with open_connection(profile, secrets) as connection:
        sessions = await _sessions(connection, request)
        about = About(datetime.now(UTC), connection.profile.name, connection.profile.api)
        writer = writer_of(Format(request.format), redactor.about(about) if redactor else about)
        output.begin(bom=request.bom)
        output.write(writer.head())
        with ExportProgress(len(sessions), output) as progress:
            async for read in read_sessions(connection, sessions, offline=request.offline):
                if isinstance(read, Unread):
                    left_out += 1
                    progress.tell(f"Left out {read.session.id}: {read.error.sentence}")
                else:
                    exported = ExportedSession(read.session, read.messages)
                    shown = redactor.session(exported) if redactor else exported
                    output.write_session(writer.session(shown))
                progress.note()
        output.write(writer.tail())
    if left_out:
        warn(f"{counted(left_out, 'session')} could not be read and is not in the export.")
    return left_out, redactor.told() if redactor else ""


async def _sessions(connection: Connection, request: _Request) -> Sequence[Session]:
    """Return what is to be exported, newest first; by ids in their order.

    Raises:
        NotFound: there is no such session.
    """
    if connection.backend.capabilities.sessions_belong_to_bot:
        await settle_bot(connection)
    if request.offline:
        await connection.load()
        listed: Sequence[Session] = connection.listed_sessions()
    else:
        await connection.sessions()
        listed = connection.listed_sessions()
    if not request.wanted:
        return listed
    by_id = {each.id: each for each in listed}
    for each in request.wanted:
        if each not in by_id:
            raise NotFound(f"There is no session {each!r}.")
    return [by_id[each] for each in dict.fromkeys(request.wanted)]
