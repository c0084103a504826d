"""Report on a sync on stderr: a bar on the last line of a terminal, lines into anything else."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from tui.cli.output import narrate
from tui.cli.terminal_kind import is_plain_terminal
from tui.cli.waits import CountingLine, beside
from tui.formatting.counts import counted
from tui.formatting.times import duration

if TYPE_CHECKING:
    from tui.conversation.sync_progress import SyncProgress

BAR_EVERY_S = 0.25
LINE_EVERY_S = 10.0
_BAR_CELLS = 20


def bar(progress: SyncProgress) -> str:
    """Return the line for a terminal: done of all, rate, and the time that is left."""
    if progress.to_read is None:
        return "[reading the list of sessions; Ctrl+C stops]"
    filled = _BAR_CELLS * progress.done // max(1, progress.to_read)
    return f"[{'#' * filled}{'.' * (_BAR_CELLS - filled)}] {line(progress)}; Ctrl+C stops"


def line(progress: SyncProgress) -> str:
    """Return `1,204 of 20,000 sessions, 12.1/s, 25 min 54 s left`, or why it waits."""
    done = f"{progress.done:,} of {counted(progress.to_read or 0, 'session')}"
    if progress.held_up is not None:
        left_s = max(0.0, progress.held_until - progress.clock())
        return f"{done}, going on in {duration(left_s)}: {progress.held_up.sentence}"
    if progress.left_s is None:
        return done
    return f"{done}, {progress.per_s:.1f}/s, {duration(progress.left_s)} left"


def summary(progress: SyncProgress) -> str:
    """Return what was done, in one sentence for each thing that was."""
    told = [f"Copied {counted(progress.copied, 'session')} with"]
    told.append(f"{counted(progress.messages, 'message')}; {progress.current:,} had not changed.")
    if gone := progress.gone + progress.missing:
        told.append(f"{counted(gone, 'session')} deleted at the server, kept here.")
    if progress.beyond:
        told.append(f"{progress.beyond:,} are older than what this profile keeps.")
    if progress.forgotten:
        told.append(f"{progress.forgotten:,} were forgotten here; --all copies them too.")
    if progress.failed:
        told.append(f"{counted(progress.failed, 'session')} could not be read.")
    return " ".join(told)


@asynccontextmanager
async def reported(progress: SyncProgress) -> AsyncIterator[CountingLine]:
    """Tell while the block runs how far it is; the line that is yielded tells what stays."""
    shown = CountingLine(sys.stderr, lambda: True)
    try:
        async with beside(_tell(progress, shown)):
            yield shown
    finally:
        shown.hide()


async def _tell(progress: SyncProgress, shown: CountingLine) -> None:
    has_bar = sys.stderr.isatty() and not is_plain_terminal()
    while True:
        if has_bar:
            shown.show(bar(progress))
        await asyncio.sleep(BAR_EVERY_S if has_bar else LINE_EVERY_S)
        if not has_bar and progress.to_read is not None:
            narrate(line(progress))
