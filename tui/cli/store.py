"""`runnel store`: where sessions and drafts are kept, whether that is sound, how large it is."""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path

import click

from tui.cli.output import narrate, write
from tui.cli.waits import CountingLine
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


@store.command
def vacuum() -> None:
    """Make the file as small as what it holds.

    Example: runnel store vacuum
    """
    from tui.formatting.times import size
    from tui.store.sqlite import maintenance

    if (file := _existing()) is not None:
        before, after = maintenance.vacuum(file)
        narrate(f"{size(before)} before, {size(after)} now.")
        if any(each.name.endswith("-wal") for each in maintenance.remains_of(file)):
            narrate("Another Runnel reads in it: it gets smaller when that one ends.")


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
        narrate(f"{counted(messages, 'message')}.")


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
