"""Options that the commands share."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from msgspec import Struct

from tui.abilities import EVERY_ABILITY, Abilities
from tui.cli import completers
from tui.cli.output import FileOutput

if TYPE_CHECKING:
    from tui.backends.http.credentials import KnownSecrets

_DELIMITERS = {",": ",", ";": ";", "tab": "\t"}
"""By what is typed for it."""
Command = TypeVar("Command", bound=Callable[..., Any])


class RecordTo(Struct, frozen=True):
    """Where a tape goes, and what of the server it tells."""

    path: str
    keeps_host: bool = False


class Seat(Struct, frozen=True):
    """Where the person sits for whom a command is run."""

    abilities: Abilities = EVERY_ABILITY
    data_folder: Path | None = None
    """Where what is written is kept; `None` for where the settings say."""


AT_HOME = Seat()
"""At this machine, with all that is there."""


class Options(Struct, frozen=True):
    """The options that stand before the command."""

    profile: str = ""
    theme: str | None = None
    link: str | None = None
    continues: bool = False
    """The app opens the session that was open last."""
    known_secrets: KnownSecrets | None = None
    """What the debug log must not hold; `None` without one."""
    tape: RecordTo | None = None
    """Where a recording goes; `None` for none."""
    seat: Seat = AT_HOME


def profile_option(command: Command) -> Command:
    """Let `--profile` stand after the command too, where it wins; the command gets the name."""
    return click.option(
        "--profile",
        metavar="NAME",
        help="Work with this profile.",
        shell_complete=completers.profiles,
        callback=lambda context, _, name: name or context.find_object(Options).profile,
    )(command)


def record_options(command: Command) -> Command:
    """Add `--record` and `--keep-host`, which `record_to` reads."""
    command = click.option(
        "--keep-host", is_flag=True, help="Tell on the tape which server it was."
    )(command)
    return click.option(
        "--record",
        metavar="FILE",
        help="Record what goes over the wire to FILE, a tape, without keys and sign-ins.",
        shell_complete=completers.files,
    )(command)


def record_to(
    path: str | None, *, keeps_host: bool, otherwise: RecordTo | None = None
) -> RecordTo | None:
    """Return what the options of `record_options` ask for, `otherwise` where they are not given.

    Raises:
        UsageError: there is nothing to record to.
    """
    if path is None:
        if keeps_host:
            raise click.UsageError("--keep-host is for --record.")
        return otherwise
    if not path.strip():
        raise click.UsageError("--record needs the name of a file.")
    return RecordTo(path, keeps_host)


def json_option(what: str) -> Callable[[Command], Command]:
    """Return the option `--json`, which prints `what`."""
    return click.option("--json", "as_json", is_flag=True, help=f"Print {what}.")


def delimiter_option(command: Command) -> Command:
    """Let `--delimiter` say what stands between the cells of CSV; `csv_delimiter` reads it."""
    return click.option(
        "--delimiter",
        type=click.Choice(list(_DELIMITERS)),
        help="Put this between the cells of CSV: ; where decimals have a comma.",
    )(command)


def csv_delimiter(named: str | None, *, is_csv: bool) -> str:
    """Return what is to stand between cells.

    Raises:
        UsageError: there are no cells.
    """
    if named is not None and not is_csv:
        raise click.UsageError("--delimiter is for CSV.")
    return _DELIMITERS[named or ","]


def output_option(what: str) -> Callable[[Command], Command]:
    """Return the option `-o`, which writes `what` to a file."""

    def redirect(context: click.Context, _: click.Parameter, path: str | None) -> None:
        if path is not None and path != "-" and not context.resilient_parsing:
            output = context.with_resource(closing(FileOutput(path)))
            context.with_resource(redirect_stdout(output))

    return click.option(
        "-o",
        "--output",
        metavar="FILE",
        help=f"Write {what} to FILE instead of stdout.",
        expose_value=False,
        shell_complete=completers.files,
        callback=redirect,
    )
