"""`runnel forget`: drops sessions from what is kept here, never at the server."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec import Struct

from tui.cli import completers
from tui.cli.connecting import FileTroubles, connected, open_wiring
from tui.cli.options import profile_option
from tui.cli.output import narrate, warn
from tui.cli.query_command import QueryCommand
from tui.cli.waits import CountingLine
from tui.errors import BadInput, NotFound
from tui.formatting.counts import counted
from tui.safe_text import clean_line

if TYPE_CHECKING:
    from tui.conversation import Connection
    from tui.conversation.forgetting import Forgettable
    from tui.query import Matcher
    from tui.wiring.connections import Wiring


_MAYBE = "What was forgotten may still be in"
_AT_ONCE = 100
"""So many sessions are forgotten before it is told how far it is."""


class _Plan(Struct, frozen=True):
    """What is to be forgotten of one account, and what stays because nothing else has it."""

    connection: Connection
    forgotten: Sequence[Forgettable]
    staying: Sequence[Forgettable]


@click.command(cls=QueryCommand, short_help="Drop sessions from what is kept here.")
@click.argument("query", nargs=-1, metavar="[QUERY]", shell_complete=completers.queries)
@click.option("--before", metavar="DATE", help="Only sessions that changed last before DATE.")
@click.option("--with-drafts", is_flag=True, help="Also those with drafts or unsent questions.")
@click.option("--all", "of_all", is_flag=True, help="In all profiles.")
@click.option("-y", "--yes", "is_agreed", is_flag=True, help="Do not ask.")
@profile_option
def forget(
    query: tuple[str, ...],
    before: str | None,
    with_drafts: bool,
    of_all: bool,
    is_agreed: bool,
    profile: str,
) -> None:
    """Forget sessions here: those that a QUERY finds in what is kept, or that are older than DATE.

    The server is not asked, and keeps its own. You are told how much goes and asked to agree:
    messages with your marks and notes, and the questions in them from those that Up brings back.
    Sessions with drafts or unsent questions stay unless --with-drafts is given. A sync leaves out
    what was forgotten until something new is said in it, or --all is given; runnel messages and
    runnel export read it and keep nothing. Opening it in the app, or asking in it, keeps it again.
    Nothing found is exit code 4. A QUERY is what runnel search takes; DATE is 90d for that long
    ago, or 2026-11-01.

    Example: runnel forget --before 365d -flag:
    """
    if of_all and profile:
        raise click.UsageError("--all and --profile cannot be combined.")
    matcher = _matcher(query, before)
    if not asyncio.run(_forget(profile, matcher, of_all, with_drafts, is_agreed)):
        raise click.exceptions.Exit(NotFound.exit_code)
    _wipe_out(_file())


def _matcher(query: tuple[str, ...], before: str | None) -> Matcher:
    """Return what finds the sessions.

    Raises:
        BadInput: the query or the time cannot be read.
        UsageError: nothing is asked for.
    """
    from tui.cli.shell_query import parse_in_shell
    from tui.query import Matcher

    terms = [*query, *([] if before is None else [f'before:"{before}"'])]
    if '"' in (before or "") or not (before is None or before.strip()):
        raise BadInput("--before is not a time.", hint="Write 90d, or a day such as 2026-11-01.")
    # by itself: a quote that is open in it would reach into the time
    parse_in_shell(" ".join(query))
    if not (asked := " ".join(terms)).strip():
        raise click.UsageError("Tell what to forget: a QUERY, --before DATE, or both.")
    return Matcher(parse_in_shell(asked), datetime.now(UTC))


async def _forget(
    profile: str, matcher: Matcher, of_all: bool, with_drafts: bool, is_agreed: bool
) -> bool:
    """Forget what is found, if that is agreed to; `False` when nothing is.

    Raises:
        BadInput: nobody agrees.
    """
    troubles = FileTroubles()
    async with open_wiring(profile, on_trouble=troubles) as wiring:
        if wiring.embedded:
            raise BadInput(
                "The sessions of the embedded server end with it: there is nothing to forget.",
                hint="runnel setup adds a server.",
            )
        connections = [each async for each in _connections(wiring, of_all)]
        await troubles.require_kept(*connections)
        plans = [await _planned(each, matcher, with_drafts) for each in connections]
        forgotten = [each for plan in plans for each in plan.forgotten]
        staying = [each for plan in plans for each in plan.staying]
        if staying:
            narrate(
                f"{counted(len(staying), 'session')} with {_unsent(staying)} would be left:"
                " --with-drafts forgets such too."
            )
        if not forgotten:
            narrate(f"Nothing {'else that is ' if staying else ''}kept here matches.")
            return False
        _require_agreement(_told(forgotten, _former_versions()), is_agreed)
        with _counting(len(forgotten)) as show:
            for plan in plans:
                for start in range(0, len(plan.forgotten), _AT_ONCE):
                    part = plan.forgotten[start : start + _AT_ONCE]
                    await plan.connection.forget_here([each.session for each in part])
                    await plan.connection.store.flush()
                    show(len(part))
    return True


@contextmanager
def _counting(count: int) -> Iterator[Callable[[int], None]]:
    """Tell on a terminal how far it is; what is yielded hears of each part."""
    line, done = CountingLine(sys.stderr, sys.stderr.isatty), 0

    def show(more: int) -> None:
        nonlocal done
        done += more
        line.show(f"[{done:,} of {counted(count, 'session')} forgotten; Ctrl+C stops]")

    try:
        yield show
    finally:
        line.hide()


async def _connections(wiring: Wiring, of_all: bool) -> AsyncIterator[Connection]:
    if not of_all:
        yield await connected(wiring)
        return
    for each in wiring.profiles:
        yield await wiring.connect(each.name)


async def _planned(connection: Connection, matcher: Matcher, with_drafts: bool) -> _Plan:
    from tui.conversation.forgetting import forgettable

    found = await forgettable(connection, matcher)
    forgotten = [each for each in found if with_drafts or not each.kept.unsent]
    return _Plan(connection, forgotten, [each for each in found if each not in forgotten])


def _unsent(sessions: Iterable[Forgettable]) -> str:
    return counted(sum(each.kept.unsent for each in sessions), "unsent text")


def _told(forgotten: Sequence[Forgettable], former_versions: Sequence[str]) -> str:
    messages = sum(each.kept.messages for each in forgotten)
    told = f"This forgets {counted(len(forgotten), 'session')} with {counted(messages, 'message')}"
    if marked := sum(each.kept.is_marked for each in forgotten):
        told += f", your marks and notes in {marked:,} of them"
    if any(each.kept.unsent for each in forgotten):
        told += f", and {_unsent(forgotten)}"
    told += ", here and not at the server"
    if gone := sum(each.session.gone_at is not None for each in forgotten):
        told += f", which has deleted {gone:,} of them: these are the only copies"
    if former_versions:
        goes = "goes" if len(former_versions) == 1 else "go"
        told += f". {' and '.join(former_versions)}, from before an update of Runnel, {goes} too"
    return told


def _require_agreement(told: str, is_agreed: bool) -> None:
    if is_agreed:
        narrate(f"{told}.")
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise BadInput(f"{told}.", hint="Without a terminal, --yes agrees to that.")
    if not click.confirm(f"{told}. Go on?", err=True):
        raise BadInput("Nothing was forgotten.")


def _file() -> Path:
    from tui.settings.sources import data_folder
    from tui.store.sqlite import STORE_FILE

    return data_folder() / STORE_FILE


def _former_versions() -> Sequence[str]:
    """Return the names of the copies that go with what is forgotten."""
    from tui.store.sqlite import wiping

    return [clean_line(each.name) for each in wiping.former_versions(_file())]


def _wipe_out(file: Path) -> None:
    """See that no word of what was forgotten is to be found in the file."""
    from tui.store.sqlite import maintenance

    line = CountingLine(sys.stderr, sys.stderr.isatty)
    try:
        for step, _ in enumerate(maintenance.wipe_out(file), 1):
            line.show(f"[wiping it out, step {step:,}]")
    finally:
        line.hide()
    narrate("Forgotten.")
    if maintenance.is_log_read(file):
        warn(f"{_MAYBE} {clean_line(f'{file}-wal', 4_000)}, until all open Runnels have ended.")
    for each in maintenance.copies_of(file):
        warn(f"{_MAYBE} {clean_line(str(each), 4_000)}: runnel store vacuum --copies deletes it.")
