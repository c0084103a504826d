"""`runnel` and `runnel demo`: the full-screen app."""

from __future__ import annotations

import asyncio
import os
import select
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from tui.cli.options import Options, profile_option
from tui.cli.output import discard, narrate, settle, write
from tui.cli.recording import recorder_for
from tui.cli.terminal_kind import is_plain_terminal
from tui.errors import BadInput
from tui.settings.embedded import EMBEDDED_PROFILES
from tui.ui.gc_pauses import ShortCollections
from tui.unexpected import reported
from tui.values import replace

if TYPE_CHECKING:
    from tui.conversation import Conversation
    from tui.wiring.app import ComposedApp

_WORDS_S = 0.5
"""So long a terminal may take to have room for the last words."""
_OTHER_COMMANDS = "Without one, use runnel chat or ask; see runnel --help."


@click.command(
    epilog=f"Its profiles are {' and '.join(EMBEDDED_PROFILES)}."
    f" Example: runnel demo --profile {[*EMBEDDED_PROFILES][-1]}"
)
@profile_option
@click.pass_obj
def demo(options: Options, profile: str) -> None:
    """Open the app on the embedded server, whatever is configured."""
    run_app(replace(options, profile=profile), demo=True)


def check_terminal(otherwise: str = _OTHER_COMMANDS) -> None:
    """Raise `BadInput`, which tells of what else there is, unless a screen can be drawn here."""
    names = {"stdin": sys.stdin, "stdout": sys.stdout, "stderr": sys.stderr}
    others = [name for name, stream in names.items() if not stream.isatty()]
    if others:
        raise BadInput(
            "The full-screen app needs a terminal.",
            hint=f"{others[0]} is not one. {otherwise}",
        )
    if is_plain_terminal():
        terminal = os.environ.get("TERM", "")
        reason = f"TERM is {terminal!r}" if terminal else "TERM is not set"
        raise BadInput(
            f"The full-screen app needs a terminal that can move its cursor, and {reason}.",
            hint=f"Set TERM to what your terminal is, say xterm. {otherwise}",
        )


def run_app(options: Options, *, demo: bool, setup: bool = False) -> None:
    """Run the app until it ends, then end the command with its exit code.

    With `setup` it begins by adding a server.
    """
    check_terminal()
    from tui.settings.sources import read_source
    from tui.wiring.app import ComposedApp

    source = read_source()
    if options.seat.data_folder is not None:
        source = replace(source, data_folder=options.seat.data_folder)
    with recorder_for(options.tape) as recorder:
        composed = ComposedApp(
            source,
            profile=options.profile,
            theme=options.theme,
            link=options.link,
            demo=demo,
            continues=options.continues,
            setup=setup,
            known_secrets=options.known_secrets,
            recorder=recorder,
            abilities=options.seat.abilities,
        )
        asyncio.run(_run(composed))
        settle()
    if not _takes_words(sys.stderr.fileno()):
        discard(sys.stderr)
    app = composed.app
    if composed.leaves_transcript and not app.return_code and app.conversation is not None:
        _leave_transcript(app.conversation)
    for sentence in composed.untold:
        narrate(sentence)
    if app.rescued:
        narrate(app.rescued)
    if composed.trouble is not None:
        raise composed.trouble
    if app.fault is not None:
        raise app.fault
    raise click.exceptions.Exit(app.return_code or 0)


def _leave_transcript(conversation: Conversation) -> None:
    """Print what was said last in a conversation, below what the terminal showed before the app."""
    from tui.cli.transcript import last_of

    if _takes_words(sys.stdout.fileno()):
        of_customers = conversation.names.of_customers
        session_id = conversation.session_id or ""
        write(last_of(conversation.timeline, session_id, of_customers=of_customers))


def _takes_words(terminal: int) -> bool:
    """Return whether `terminal` reads on: another would hold up the end of the process."""
    _, ready, _ = select.select([], [terminal], [], _WORDS_S)
    return bool(ready)


def _report(_: asyncio.AbstractEventLoop, context: Mapping[str, object]) -> None:
    """Put into the log what failed where nobody waits for it."""
    error = context.get("exception")
    if isinstance(error, Exception):
        reported(error)


async def _run(composed: ComposedApp) -> None:
    asyncio.get_running_loop().set_exception_handler(_report)
    with ShortCollections() as collections:
        collecting = asyncio.create_task(collections.collect_at_rest())
        try:
            await composed.run()
        finally:
            collecting.cancel()
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        # an interrupt from outside: the app ends as if it had been asked to, the command may not
        raise asyncio.CancelledError
