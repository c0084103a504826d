"""Command line: stdout is data, stderr is narration, the exit code says how it went."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from tui import __version__
from tui.cli import completers
from tui.cli.options import AT_HOME, Options, Seat, record_options, record_to
from tui.cli.output import discard, narrate, prepare_streams, report, unwritten, write
from tui.errors import RunnelError
from tui.settings.links import LINKS
from tui.unexpected import module_of, reported

INTERRUPTED = 130

_MODULES = {
    "setup": "setup",
    "demo": "app",
    "serve": "serve",
    "server": "server",
    "profiles": "profiles",
    "login": "login",
    "logout": "login",
    "sessions": "sessions",
    "replay": "replay",
    "search": "search",
    "messages": "messages",
    "sync": "sync",
    "export": "export",
    "forget": "forget",
    "ask": "ask",
    "check": "check",
    "compare": "compare",
    "chat": "chat",
    "sources": "teach",
    "stats": "stats",
    "store": "store",
    "tape": "tape",
    "teach": "teach",
    "watch": "watch",
    "completion": "completion",
    "config": "config",
    "doctor": "doctor",
}


_RECORDED = {None, "demo", "ask"}
"""The commands that make a tape."""


class _Commands(click.Group):
    """Commands by name, each imported when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _MODULES:
            return None
        module = import_module(f"tui.cli.{_MODULES[cmd_name]}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            # takes long to import, and only a wrong name needs it
            from tui.formatting.nearest import did_you_mean

            near = did_you_mean(args[0], _MODULES)
            said = error.message.removesuffix(".")
            raise click.UsageError(f"{said}{near or '.'}", error.ctx) from error


def _print_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if not wanted or context.resilient_parsing:
        return
    write(f"runnel {__version__}\n")
    context.exit()


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog='Example: runnel ask "What does SIGWINCH mean?" > answer.md',
)
@click.option(
    "--profile",
    metavar="NAME",
    default="",
    help="Work with this profile.",
    shell_complete=completers.profiles,
)
@click.option(
    "--theme",
    metavar="NAME",
    help="Draw the app in this theme.",
    shell_complete=completers.themes,
)
@click.option(
    "--link",
    type=click.Choice(LINKS),
    help="Draw as over a fast or a slow link to the terminal; auto finds out.",
)
@click.option(
    "-c",
    "--continue",
    "continues",
    is_flag=True,
    help="Go on in the profile and session that were open last.",
)
@click.option(
    "--log",
    metavar="FILE",
    shell_complete=completers.files,
    help="Append a debug log to FILE, without texts and secrets.",
)
@record_options
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Print the version and end.",
)
@click.pass_context
def runnel(
    context: click.Context,
    profile: str,
    theme: str | None,
    link: str | None,
    continues: bool,
    log: str | None,
    record: str | None,
    keep_host: bool,
) -> None:
    """Chat with hosted chatbots in the terminal.

    Without a command the full-screen app opens. Profiles are configured in config.toml (runnel
    profiles says where that is) or in RUNNEL_ variables; without one the app works on an embedded
    server with example conversations.
    """
    known_secrets = None
    if log is not None:
        # its secrets come with the HTTP library, which takes long to import
        from tui.backends.http.credentials import KnownSecrets
        from tui.cli.log import logging_to

        known_secrets = KnownSecrets()
        context.with_resource(logging_to(log, known_secrets))
    tape = record_to(record, keeps_host=keep_host)
    if tape is not None and context.invoked_subcommand not in _RECORDED:
        raise click.UsageError("--record is for the app and for ask.")
    seat = context.find_object(Seat) or AT_HOME
    context.obj = Options(profile, theme, link, continues, known_secrets, tape, seat)
    if context.invoked_subcommand is None:
        from tui.cli.app import run_app

        run_app(context.obj, demo=False)


def main(arguments: Sequence[str] | None = None, seat: Seat = AT_HOME) -> int:
    """Run one command, `None` for that of the process, and return its exit code."""
    prepare_streams()
    if instruction := os.environ.get(completers.COMPLETE_VARIABLE):
        from tui.cli.completion import complete

        return complete(runnel, instruction)
    try:
        # not runnel.main(): it would end a broken pipe with a code of its own
        with runnel.make_context(
            "runnel", list(sys.argv[1:] if arguments is None else arguments), obj=seat
        ) as context:
            _invoke(context)
    except RunnelError as error:
        report(error)
        return error.exit_code
    except click.ClickException as error:
        shown = io.StringIO()
        error.show(shown)
        narrate(shown.getvalue().rstrip("\n"))
        return error.exit_code
    except click.exceptions.Exit as end:
        return end.exit_code
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        # whoever read our output has enough
        discard(sys.stdout)
    except Exception as error:  # noqa: BLE001 - help is written while the context is made
        report(_as_runnel_error(error))
        return 1
    return 0


def _invoke(context: click.Context) -> None:
    """Run the command of `context`, the one place for what nobody thought of."""
    try:
        runnel.invoke(context)
    except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
        raise
    except Exception as error:
        # here, where the log is still open
        raise _as_runnel_error(error) from error


def _as_runnel_error(error: Exception) -> RunnelError:
    # click writes help and usage itself
    if isinstance(error, OSError) and module_of(error).startswith("click."):
        return unwritten(error)
    return reported(error)
