"""`runnel store`: where sessions and drafts are kept, whether that is sound, how large it is."""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path

import click

from tui.cli.output import narrate, write
from tui.cli.waits import CountingLine
from tui.errors import RunnelError
from tui.safe_text import clean_line


@click.group(short_help="Show, check or shrink the file that sessions are kept in.")
def store() -> None:
    """Work with the file that sessions, drafts and all that is written are kept in.

    Example: runnel store check
    """


@store.command
def path() -> None:
    """Print the path of the file, there or not.

    Example: ls -l "$(runnel store path)"
    """
    file = _path()
    if not file.exists():
        narrate("There is no such file yet.")
    write(f"{clean_line(str(file), 4_000)}\n")


@store.command(short_help="Look through the whole file, and print every problem.")
def check() -> None:
    """Look through the whole file, and print every problem with it.

    The exit code is 0 when there is none, and 1 when there are.

    Example: runnel store check && echo sound
    """
    from tui.formatting.counts import counted
    from tui.formatting.times import size
    from tui.store.sqlite import maintenance

    if (file := _existing()) is None:
        return
    found = maintenance.check(file)
    for problem in found.problems:
        write(f"{clean_line(problem)}\n")
    if found.problems:
        raise click.exceptions.Exit(maintenance.StoreUnusable.exit_code)
    narrate(
        f"Nothing is wrong: {counted(found.session_count, 'session')},"
        f" {counted(found.message_count, 'message')}, {size(file.stat().st_size)}."
    )


@store.command(short_help="Make the file as small as what it holds.")
@click.option(
    "--copies",
    "drops_copies",
    is_flag=True,
    help="Delete the copies of the file too: from before updates, and damaged ones.",
)
def vacuum(drops_copies: bool) -> None:
    """Make the file as small as what it holds, and tell of the copies that lie beside it.

    They are of the file as it was before an update of Runnel, and of one that was damaged.

    Example: runnel store vacuum --copies
    """
    from tui.formatting.times import size
    from tui.store.sqlite import maintenance

    if (file := _existing()) is None:
        return
    before, after = maintenance.vacuum(file)
    narrate(f"{size(before)} before, {size(after)} now.")
    if maintenance.is_log_read(file):
        narrate("Another Runnel reads in it: it gets smaller when that one ends.")
    for each in maintenance.copies_of(file):
        told = f"{clean_line(str(each), 4_000)}, {size(each.stat().st_size)}"
        if drops_copies:
            _delete(each)
            narrate(f"Deleted {told}.")
        else:
            narrate(f"There is a copy, {told}: --copies deletes it.")


def _delete(copy: Path) -> None:
    try:
        copy.unlink(missing_ok=True)
    except OSError as error:
        reason = clean_line(error.strerror or "unknown reason")
        told = f"{clean_line(str(copy), 4_000)} cannot be deleted: {reason}."
        raise RunnelError(told, hint="Its folder must be yours to write to.") from error


@store.command("rebuild-index")
def rebuild_index() -> None:
    """Make anew what searches find words by, from the messages.

    Example: runnel store rebuild-index
    """
    from tui.formatting.counts import counted
    from tui.store.sqlite import maintenance

    if (file := _existing()) is not None:
        steps = count(1)
        line = CountingLine(sys.stderr, sys.stderr.isatty)
        try:
            messages = maintenance.rebuild_index(
                file, lambda: line.show(f"[making it anew, step {next(steps)}]")
            )
        finally:
            line.hide()
        narrate(f"The index is made anew, from {counted(messages, 'message')}.")


def _path() -> Path:
    from tui.settings.sources import data_folder
    from tui.store.sqlite import STORE_FILE

    return data_folder() / STORE_FILE


def _existing() -> Path | None:
    """Return the path of the file; `None`, which is told, while there is none.

    Raises:
        StoreUnusable: there cannot be one.
    """
    from tui.store.sqlite import maintenance

    file = _path()
    if maintenance.exists(file):
        return file
    narrate("Nothing is kept yet.")
    return None
