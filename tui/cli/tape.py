"""`runnel tape`: what is on a tape, parts of it, and films and stills of its replay."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import click

from tui.cli import completers
from tui.cli.export_output import export_output
from tui.cli.numbers import NumberRange
from tui.cli.options import Options
from tui.cli.output import write
from tui.cli.replay import use_zone_of
from tui.errors import BadInput
from tui.formatting.counts import counted
from tui.formatting.times import duration

if TYPE_CHECKING:
    from tui.tapes.tape import Tape
    from tui.ui.replay_cast import CastApp

MAX_COLUMNS, MAX_ROWS = 400, 200
_FILE = click.argument("file", metavar="FILE", shell_complete=completers.files)
_OUTPUT = click.option(
    "-o", "--output", metavar="FILE", default="-", help="Write to FILE.", show_default="stdout"
)
_FORCE = click.option("--force", is_flag=True, help="Overwrite FILE.")


class _Size(click.ParamType[tuple[int, int]]):
    """Columns and rows, `100x30`."""

    name = "size"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        found = re.fullmatch(r"(\d{1,3})x(\d{1,3})", str(value))
        columns, rows = (int(found[1]), int(found[2])) if found else (0, 0)
        if not (0 < columns <= MAX_COLUMNS and 0 < rows <= MAX_ROWS):
            self.fail(f"{value!r} is not a size such as 100x30.", param, ctx)
        return columns, rows


_SIZE = click.option(
    "--size", type=_Size(), default="100x30", show_default=True, help="Draw so big."
)


@click.group
def tape() -> None:
    """Look at a tape, cut it, or film its replay.

    Example: runnel tape cast demo.tape -o demo.cast
    """


@tape.command
@_FILE
def check(file: str) -> None:
    """Say what is on a tape, and whether it is whole.

    Example: runnel tape check demo.tape
    """
    from tui.tapes.reading import read_tape
    from tui.tapes.summary import summary_of

    read = read_tape(file)
    summary, header = summary_of(read), read.header
    told = [
        f"{header.api}, recorded {header.began_at:%Y-%m-%d %H:%M} by Runnel {header.runnel}",
        f"{duration(read.duration_s)} long, longest pause {duration(summary.longest_pause_s)}",
        f"{counted(summary.questions, 'question')} in {counted(summary.asked_sessions, 'session')}"
        + (f", calls of {summary.other_sessions} more" if summary.other_sessions else ""),
        f"{counted(summary.calls, 'call')}, {summary.failed_calls} of them failed, "
        f"{summary.size_bytes:,} bytes came",
        *(f"not on it: {each}" for each in header.left_out),
    ]
    if read.passed_over:
        told.append(f"{counted(read.passed_over, 'line')} of a kind that this Runnel does not know")
    if summary.unended_calls:
        told.append(f"{counted(summary.unended_calls, 'call')} had not ended")
    if read.broken_off:
        told.append("breaks off: the last line is not whole")
    write("".join(f"{each}\n" for each in told))


@tape.command
@_FILE
def show(file: str) -> None:
    """Print what is on a tape, a line for each event.

    Example: runnel tape show demo.tape
    """
    from tui.tapes.reading import read_tape
    from tui.tapes.summary import lines_of

    for line in lines_of(read_tape(file)):
        write(f"{line}\n")


@tape.command
@_FILE
@click.option(
    "--from",
    "from_s",
    metavar="S",
    default=0.0,
    type=NumberRange(min=0),
    help="Begin at this second of it.",
)
@click.option(
    "--to",
    "to_s",
    metavar="S",
    default=None,
    type=NumberRange(min=0),
    help="End at this second, without it at its end.",
)
@_OUTPUT
@_FORCE
def cut(file: str, from_s: float, to_s: float | None, output: str, force: bool) -> None:
    """Write a part of a tape, from one second to another.

    What was before happens at once, at its beginning.

    Example: runnel tape cut demo.tape --from 3 --to 20 -o short.tape
    """
    from tui.tapes.lines import lines_of_tape
    from tui.tapes.reading import read_tape
    from tui.tapes.summary import cut as part_of

    if to_s is not None and to_s < from_s:
        raise BadInput("The part would end before it begins.", hint="--to is at or after --from.")
    read = read_tape(file)
    part = part_of(read, from_s, read.duration_s if to_s is None else to_s)
    with export_output(output, overwrites=force) as target:
        target.write(each.decode() for each in lines_of_tape(part))


@tape.command
@_FILE
@_SIZE
@_OUTPUT
@_FORCE
@click.pass_obj
def cast(options: Options, file: str, size: tuple[int, int], output: str, force: bool) -> None:
    """Film the replay of a tape as an asciicast (version 3).

    Example: runnel tape cast demo.tape --size 100x30 -o demo.cast
    """
    from tui.tapes.reading import read_tape

    read = read_tape(file)
    app = _cast_app(read, options.theme)
    from tui.ui.replay_cast import Cast, play_strictly

    made = Cast(app, size, read.header.began_at)
    with export_output(output, overwrites=force) as target:
        play_strictly(app, size)
        target.write(f"{each}\n" for each in made.lines)


@tape.command
@_FILE
@_SIZE
@click.option("--at", metavar="S", type=NumberRange(min=0), help="As it was at second S.")
@_OUTPUT
@_FORCE
@click.pass_obj
def svg(
    options: Options, file: str, size: tuple[int, int], at: float | None, output: str, force: bool
) -> None:
    """Draw the last screen of a replay as SVG, or that of a moment.

    Example: runnel tape svg demo.tape --at 3.5 -o demo.svg
    """
    from tui.tapes.reading import read_tape

    read = read_tape(file)
    from tui.ui.replay_cast import play_strictly

    until_s = at if at is not None and at < read.duration_s else None
    app = _cast_app(read, options.theme, until_s=until_s)
    with export_output(output, overwrites=force) as target:
        play_strictly(app, size)
        target.write([app.still])


def _cast_app(read: Tape, theme: str | None, until_s: float | None = None) -> CastApp:
    from tui.ui.replay import Replaying
    from tui.ui.replay_cast import CastApp
    from tui.wiring.replay import replay_app

    use_zone_of(read)
    _use_all_colours()
    return replay_app(
        read, Replaying(until_s=until_s), theme=theme, few_colours=False, kind=CastApp
    )


def _use_all_colours() -> None:
    """Draw for a terminal that shows all colours, whatever this process was started on."""
    os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    os.environ.pop("NO_COLOR", None)
