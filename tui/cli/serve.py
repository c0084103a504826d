"""`runnel serve`: the app for visitors over SSH, in the foreground."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

import click

from tui.cli import visitor_app
from tui.cli.options import Options
from tui.cli.output import narrate
from tui.cli.shown_app import ShowingCommand, ShownAppType, check_shown
from tui.cli.visit_limits import limit_options
from tui.cli.visitor_access import KEYS_FILE, check_access, read_keys
from tui.cli.visitor_app import LiveProfile, Shown, VisitorApp
from tui.errors import BadInput
from tui.serve.limits import Limits

if TYPE_CHECKING:
    from tui.serve.address import Address


@click.command(cls=ShowingCommand)
@click.argument("address", metavar="[HOST:PORT]", default="")
@click.option(
    "--app",
    "shown",
    metavar="demo | replay FILE | live PROFILE",
    type=ShownAppType(),
    default=visitor_app.DEMO,
    show_default=True,
    help="Show this. Of live the profile is yours, and its server's sessions too.",
)
@click.option("--guest", is_flag=True, help="Let anybody in, with demo and replay only.")
@click.option(
    "--keys",
    metavar="FILE",
    help=f"Let these public keys in; without it {KEYS_FILE} beside config.toml, if there is one.",
)
@limit_options
@click.pass_obj
def serve(
    options: Options, address: str, shown: Shown, guest: bool, keys: str | None, limits: Limits
) -> None:
    """Show the app to visitors over SSH, until Ctrl+C. They need nothing but ssh.

    Each gets an app of their own, and nothing else of this machine: no shell, no command, no file,
    no forwarding. Who has one of the keys finds again what they left; of a guest nothing is kept.
    On 127.0.0.1, which is the default, everybody is let in while there are no keys.

    Options of how it looks go before the command: runnel --theme nord serve. Where many watch
    answers come, runnel --link slow serve takes less of the machine, and a quarter of the bytes.

    To have others look at what you do, rather than do it themselves (.github/SHOWING.md says more;
    the second line of tmux is theirs):

    \b
      tmux new -s talk runnel demo
      tmux attach -r -t talk
      asciinema stream --local 127.0.0.1:8080 --command "runnel demo"
      ttyd --interface lo --port 7681 --check-origin tmux attach -r -t talk

    Example: runnel serve 0.0.0.0:2222 --guest
    """
    if find_spec("asyncssh") is None:
        raise BadInput(
            "runnel serve needs the library asyncssh.",
            # a bare pip may be that of another Python
            hint=f"In the folder of Runnel: {sys.executable} -m pip install '.[serve]'",
        )
    from tui.serve import address as addresses

    where, known = addresses.parsed(address), read_keys(keys)
    check_access(where, shown, has_keys=bool(known), guest=guest)
    check_shown(shown)
    _show(_looks(options), where, shown, known, limits, guest=guest)


def _show(
    looks: Sequence[str],
    where: Address,
    shown: Shown,
    known: str,
    limits: Limits,
    *,
    guest: bool,
) -> None:
    """Show the app to visitors until a signal ends that."""
    from tui.serve.environment import host_environment, own_environment
    from tui.serve.fork_server import ForkServer
    from tui.serve.hosting import host
    from tui.settings.sources import data_folder

    is_live = isinstance(shown, LiveProfile)
    # first of all: it forks, and what there is by now is in every child
    fork_server = ForkServer(
        VisitorApp(shown, looks).show,
        limits,
        (lambda _: host_environment()) if is_live else own_environment,
        visitor_app.import_all,
    )
    lets_guests = not is_live and (guest or not known)
    try:
        host(fork_server, where, limits, known, lets_guests, data_folder(), narrate)
    finally:
        fork_server.close()


def _looks(options: Options) -> tuple[str, ...]:
    chosen = (("--theme", options.theme), ("--link", options.link))
    return tuple(word for name, value in chosen if value for word in (name, value))
