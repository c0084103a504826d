"""`runnel replay`: a tape played in the app."""

from __future__ import annotations

import asyncio
import os
import time
from datetime import datetime
from typing import TYPE_CHECKING

import click

from tui.cli import completers
from tui.cli.app import check_terminal
from tui.cli.numbers import NumberRange
from tui.cli.options import Options
from tui.cli.output import narrate, settle, write
from tui.formatting.times import duration
from tui.tapes.player import SPEEDS

if TYPE_CHECKING:
    from tui.tapes.tape import Tape


@click.command(short_help="Play a tape: what was asked and what came.")
@click.argument("file", metavar="[FILE|NAME]", default="", shell_complete=completers.tapes)
@click.option(
    "--speed",
    default=1.0,
    show_default=True,
    type=NumberRange(SPEEDS[0], SPEEDS[-1]),
    help="Play so many times as fast.",
)
@click.option("--step", is_flag=True, help="Begin paused; . plays one event and tells it.")
@click.option(
    "--idle-limit",
    metavar="S",
    type=NumberRange(min=0),
    help="Let no pause take longer than S seconds.",
)
@click.option("--loop", is_flag=True, help="Begin again at the end.")
@click.pass_obj
def replay(
    options: Options, file: str, speed: float, step: bool, idle_limit: float | None, loop: bool
) -> None:
    """Play the tape in FILE: what was asked and what came, on the real screen.

    Some tapes come with Runnel and are known by their names; without one these are listed.

    Nothing goes over a network, and nothing is kept. Space pauses, . plays one event, Left and
    Right seek, + and - change the speed. The list has the sessions in which something was asked so
    far: a recording that began in the middle tells of no others.

    Example: runnel replay demo.tape --speed 2 --idle-limit 1
    """
    from tui.tapes.reading import read_tape

    if not file:
        _list_packaged()
        return
    tape = read_tape(file)
    check_terminal("runnel tape show prints what is on a tape.")
    from tui.tapes.loops import IdleLoop
    from tui.ui.replay import ReplayApp, Replaying
    from tui.wiring.replay import replay_app

    use_zone_of(tape)
    how = Replaying(speed, step, idle_limit, loop)
    app = replay_app(
        tape, how, theme=options.theme, abilities=options.seat.abilities, kind=ReplayApp
    )
    with asyncio.Runner(loop_factory=IdleLoop) as runner:
        runner.run(app.run_async())
    settle()
    if tape.broken_off:
        narrate("The tape breaks off there: its last line is not whole.")
    if app.fault is not None:
        raise app.fault
    raise click.exceptions.Exit(app.return_code or 0)


def _list_packaged() -> None:
    """Print what comes with Runnel: name, length, and what is asked."""
    from tui.tapes.packaged import packaged_names
    from tui.tapes.reading import read_tape
    from tui.tapes.wire import Sent

    for name in packaged_names():
        tape = read_tape(name)
        asked = "; ".join(each.text for each in tape.events if isinstance(each, Sent))
        write(f"{name:<10}  {duration(tape.duration_s):>7}  {tape.header.api:<11}  {asked}\n")


def use_zone_of(tape: Tape) -> None:
    """Tell times in the zone of a tape, in this process."""
    offset = tape.header.zone.utcoffset(datetime.now(tape.header.zone))
    minutes = round(offset.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    # the sign is that of POSIX: what is to be added for UTC
    os.environ["TZ"] = f"<tape>{'-' if minutes > 0 else '+'}{hours:02}:{rest:02}"
    time.tzset()
