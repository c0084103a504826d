"""`runnel serve`: the app for visitors over SSH, in the foreground."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.cli import visitor_app
from tui.cli.options import Options
from tui.cli.output import narrate
from tui.cli.visitor_app import Demo, LiveProfile, ReplayOf, Shown, VisitorApp
from tui.errors import BadInput
from tui.safe_text import clean_line
from tui.serve.limits import Limits

if TYPE_CHECKING:
    from tui.serve.address import Address

KEYS_FILE = "authorized_keys"
_MAX_KEYS_BYTES = 1_000_000
_MEGABYTE = 1_000_000
_USUAL = Limits()
_WRITABLE_BY_OTHERS = 0o022
_SECOND_WORD = "\0"
"""Parts the two words of --app: in a command line it cannot stand."""


class _ShownType(click.ParamType[Shown]):
    name = "app"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Shown:
        if isinstance(value, Shown):
            return value
        kind, _, what = str(value).partition(_SECOND_WORD)
        match kind, bool(what):
            case visitor_app.DEMO, False:
                shown: Shown = Demo()
            case visitor_app.REPLAY, True:
                from tui.tapes.packaged import located

                shown = ReplayOf(located(Path(what)).absolute())
            case visitor_app.LIVE, True:
                shown = LiveProfile(what)
            case _:
                self.fail("must be demo, replay FILE or live PROFILE.", param, ctx)
        return shown


class _Command(click.Command):
    """A command whose --app takes a second word where the first one needs it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        joined: list[str] = []
        rest = iter(args)
        for word in rest:
            is_begun = joined[-1:] == ["--app"] and word in (visitor_app.REPLAY, visitor_app.LIVE)
            joined.append(f"{word}{_SECOND_WORD}{next(rest, '')}" if is_begun else word)
        return super().parse_args(ctx, joined)


@click.command(cls=_Command)
@click.argument("address", metavar="[HOST:PORT]", default="")
@click.option(
    "--app",
    "shown",
    metavar="demo | replay FILE | live PROFILE",
    type=_ShownType(),
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
@click.option(
    "--visitors",
    default=_USUAL.visitors,
    show_default=True,
    type=click.IntRange(1, 1_000),
    help="Let so many in at once.",
)
@click.option(
    "--per-address",
    default=_USUAL.visitors_per_address,
    show_default=True,
    type=click.IntRange(1, 1_000),
    help="Let so many in at once from one address.",
)
@click.option(
    "--per-minute",
    default=_USUAL.connections_per_minute,
    show_default=True,
    type=click.IntRange(1, 10_000),
    help="Take so many connections a minute from one address.",
)
@click.option(
    "--idle",
    "idle_minutes",
    default=_USUAL.idle_s / 60,
    show_default=True,
    metavar="MINUTES",
    type=click.FloatRange(0.01, 100_000),
    help="End a visit after so long without a key.",
)
@click.option(
    "--time",
    "total_minutes",
    default=_USUAL.total_s / 60,
    show_default=True,
    metavar="MINUTES",
    type=click.FloatRange(0.01, 100_000),
    help="End every visit after so long.",
)
@click.option(
    "--memory",
    "megabytes",
    default=_USUAL.memory_bytes // _MEGABYTE,
    show_default=True,
    metavar="MB",
    type=click.IntRange(128, 65_536),
    help="Let the app of one visitor have so much memory.",
)
@click.pass_obj
def serve(
    options: Options,
    address: str,
    shown: Shown,
    guest: bool,
    keys: str | None,
    visitors: int,
    per_address: int,
    per_minute: int,
    idle_minutes: float,
    total_minutes: float,
    megabytes: int,
) -> None:
    """Show the app to visitors over SSH, until Ctrl+C. They need nothing but ssh.

    Each gets an app of their own, and nothing else of this machine: no shell, no command, no file,
    no forwarding. Who has one of the keys finds again what they left; of a guest nothing is kept.
    On 127.0.0.1, which is the default, everybody is let in while there are no keys.

    To have others look at what you do, rather than do it themselves, see .github/SHOWING.md: tmux,
    asciinema and ttyd in one line each.

    How it looks is said before the command. Where many watch answers stream, with runnel --link
    slow serve it takes less of the machine, and a quarter of the bytes.

    Example: runnel serve 0.0.0.0:2222 --guest
    """
    if find_spec("asyncssh") is None:
        raise BadInput(
            "runnel serve needs the library asyncssh.",
            hint="pip install '.[serve]', in the folder of Runnel, brings it.",
        )
    from tui.serve import address as addresses
    from tui.serve.environment import host_environment, own_environment
    from tui.serve.fork_server import ForkServer
    from tui.serve.hosting import host
    from tui.settings.sources import data_folder

    where = addresses.parsed(address)
    known = _read_keys(keys)
    check_door(where, shown, has_keys=bool(known), guest=guest)
    check_shown(shown)
    limits = Limits(
        visitors=visitors,
        visitors_per_address=per_address,
        connections_per_minute=per_minute,
        idle_s=idle_minutes * 60,
        total_s=total_minutes * 60,
        memory_bytes=megabytes * _MEGABYTE,
    )
    is_live = isinstance(shown, LiveProfile)
    # first of all: it forks, and what there is by now is in every child
    fork_server = ForkServer(
        VisitorApp(shown, _looks(options)).show,
        limits,
        (lambda _: host_environment()) if is_live else own_environment,
        visitor_app.import_all,
    )
    try:
        lets_guests = not is_live and (guest or not known)
        host(
            fork_server,
            where,
            limits,
            known,
            lets_guests=lets_guests,
            folder=data_folder(),
            tell=narrate,
        )
    finally:
        fork_server.close()


def _looks(options: Options) -> tuple[str, ...]:
    chosen = (("--theme", options.theme), ("--link", options.link))
    return tuple(word for name, value in chosen if value for word in (name, value))


def check_door(where: Address, shown: Shown, *, has_keys: bool, guest: bool) -> None:
    """Raise `BadInput` where somebody could get in who should not, or nobody could."""
    if isinstance(shown, LiveProfile):
        if guest:
            raise BadInput(
                f"Guests never get the profile '{clean_line(shown.name)}': it is an account.",
                hint="Leave --guest out, or show the demo or a tape.",
            )
        if not has_keys:
            raise BadInput(
                f"Nobody may come in to the profile '{clean_line(shown.name)}' without a key.",
                hint=f"Name their public keys with --keys, or in {KEYS_FILE} beside config.toml.",
            )
    elif not (guest or has_keys or where.is_loopback):
        raise BadInput(
            f"At {where} anybody could come in.",
            hint="Say --guest if they may, or name the public keys of who may with --keys.",
        )


def check_shown(shown: Shown) -> None:
    """Raise `RunnelError` where there is nothing to show: each visitor would be told so."""
    match shown:
        case Demo():
            pass
        case ReplayOf(file):
            from tui.apis import check_replayed
            from tui.tapes.reading import read_tape

            check_replayed(read_tape(file).header.api)
        case LiveProfile(name):
            from tui.settings.appearance import appearance_of
            from tui.settings.sources import read_source

            if name not in appearance_of(read_source(), None).profiles:
                raise BadInput(
                    f"There is no profile '{clean_line(name)}'.",
                    hint="runnel profiles lists those there are.",
                )


def _read_keys(named: str | None) -> str:
    """Return the public keys of a file, empty for none.

    Raises:
        BadInput: it cannot be read, or others may write into it.
    """
    from tui.file_reading import read_file
    from tui.settings.sources import config_path

    path = Path(named) if named is not None else config_path().parent / KEYS_FILE
    if named is None and not path.exists():
        return ""
    shown = clean_line(str(path), 400)
    try:
        data = read_file(path, _MAX_KEYS_BYTES)
        if path.stat().st_mode & _WRITABLE_BY_OTHERS:
            raise BadInput(
                f"Others on this machine can write into {shown}.", hint="Run chmod go-w on it."
            )
    except OSError as error:
        why = clean_line(error.strerror or "unknown reason")
        raise BadInput(f"The keys in {shown} cannot be read: {why}.") from None
    return data.decode("utf-8", "replace")
