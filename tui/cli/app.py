"""`runnel` and `runnel demo`: the full-screen app."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

import click

from tui.cli.options import Options, profile_option
from tui.cli.output import narrate, settle
from tui.errors import BadInput, RunnelError
from tui.settings.embedded import EMBEDDED_PROFILES
from tui.ui.gc_pauses import ShortCollections
from tui.unexpected import reported

if TYPE_CHECKING:
    from tui.conversation import Connection
    from tui.model import Profile
    from tui.ui.app import RunnelApp
    from tui.wiring import Wiring

_PLAIN_TERMINALS = ("", "dumb", "unknown")
_OTHER_COMMANDS = "Without one, use runnel ask, sessions or messages; see runnel --help."


T = TypeVar("T")


@click.command(
    epilog=f"Its profiles are {' and '.join(EMBEDDED_PROFILES)}."
    f" Example: runnel demo --profile {[*EMBEDDED_PROFILES][-1]}"
)
@profile_option
@click.pass_obj
def demo(options: Options, profile: str) -> None:
    """Open the app on the embedded server, whatever is configured."""
    run_app(Options(profile, options.theme), demo=True)


class _Start:
    """Reads the settings and connects, beside an app that is drawn already."""

    def __init__(self, options: Options, *, demo: bool) -> None:
        self.app: RunnelApp | None = None
        self.profiles: list[Profile] = []
        """Filled when the settings are read."""
        self.trouble: RunnelError | None = None
        """Why there is nothing to work with: the app ends."""
        self._options = options
        self._demo = demo
        self._wiring: Wiring | None = None

    async def connect(self, name: str) -> Connection:
        """Open the connection of a profile, of the first one when `name` is empty."""
        if self._wiring is None:
            try:
                # in a thread, so that what is typed meanwhile is drawn
                await asyncio.to_thread(self.read_settings)
            except RunnelError as error:
                self.trouble = error
                assert self.app is not None
                self.app.exit()
                raise
        assert self._wiring is not None
        return await self._wiring.connect(name or self._wiring.first_profile)

    async def aclose(self) -> None:
        if self._wiring is not None:
            await self._wiring.aclose()

    def read_settings(self) -> None:
        """Read and check all settings.

        Raises:
            SettingsError: something in them is wrong.
            BadInput: there is no profile of the name asked for.
        """
        from tui.settings import load_settings
        from tui.wiring import Wiring

        loaded = load_settings(theme=self._options.theme)
        self._wiring = Wiring(
            loaded.settings,
            profile=self._options.profile,
            demo=self._demo,
            state_folder=loaded.state_folder,
            use_keyring=True,
            ask_secret=self._ask_secret,
        )
        self.profiles += self._wiring.profiles

    async def _ask_secret(
        self, profile: str, key: str, attempt: Callable[[str], Awaitable[T]]
    ) -> T:
        assert self.app is not None
        return await self.app.ask_secret(profile, key, attempt)


def check_terminal() -> None:
    """Raise `BadInput` unless this is a terminal to draw a whole screen on."""
    names = {"stdin": sys.stdin, "stdout": sys.stdout, "stderr": sys.stderr}
    others = [name for name, stream in names.items() if not stream.isatty()]
    if others:
        raise BadInput(
            "The full-screen app needs a terminal.", hint=f"{others[0]} is none. {_OTHER_COMMANDS}"
        )
    terminal = os.environ.get("TERM", "")
    if terminal in _PLAIN_TERMINALS:
        reason = f"TERM is {terminal!r}" if terminal else "TERM is not set"
        raise BadInput(
            f"The full-screen app needs a terminal that can move its cursor, and {reason}.",
            hint=f"Set TERM to what your terminal is, say xterm. {_OTHER_COMMANDS}",
        )


def run_app(options: Options, *, demo: bool) -> None:
    """Run the app until it ends, then end the command with its exit code."""
    check_terminal()
    from tui.settings.appearance import read_appearance
    from tui.ui.app import RunnelApp
    from tui.ui.themes import DEFAULT_THEME

    start = _Start(options, demo=demo)
    looks = read_appearance(options.theme)
    if options.profile and options.profile not in looks.profiles:
        # it may be a slip of the pen, for which no app has to begin
        start.read_settings()
    app = start.app = RunnelApp(
        start.connect,
        start.profiles,
        "",
        theme=looks.theme or DEFAULT_THEME,
        keys=looks.keys,
        config_folder=looks.folder,
        copies_folder=looks.state_folder / "copies",
        notices=looks.notices,
    )
    asyncio.run(_run(app, start))
    settle()
    if start.trouble is not None:
        raise start.trouble
    if app.rescued:
        narrate(app.rescued)
    if app.fault is not None:
        raise app.fault
    raise click.exceptions.Exit(app.return_code or 0)


def _report(_: asyncio.AbstractEventLoop, context: Mapping[str, object]) -> None:
    """Put into the log what failed where nobody waits for it."""
    error = context.get("exception")
    if isinstance(error, Exception):
        reported(error)


async def _run(app: RunnelApp, start: _Start) -> None:
    # one loop for both: connections can be closed only where they were opened
    asyncio.get_running_loop().set_exception_handler(_report)
    with ShortCollections() as collections:
        collecting = asyncio.create_task(collections.collect_at_rest())
        try:
            await app.run_async()
        finally:
            collecting.cancel()
            await start.aclose()
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        # an interrupt from outside: the app ends as if it had been asked to, the command may not
        raise asyncio.CancelledError
