"""`runnel` and `runnel demo`: the full-screen app."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import click

from tui.cli.options import Options, profile_option
from tui.errors import BadInput

if TYPE_CHECKING:
    from tui.ui.app import RunnelApp
    from tui.wiring import Wiring


@click.command
@profile_option
@click.pass_obj
def demo(options: Options, profile: str) -> None:
    """Open the app on the embedded server, whatever is configured.

    Its profiles are demo-gpt and demo-hardwire.

    Example: runnel demo --profile demo-hardwire
    """
    run_app(Options(profile, options.theme), demo=True)


class _Asking:
    """Asks for secrets in the app, which can only be made after the wiring that needs them."""

    app: RunnelApp | None = None

    async def __call__(self, profile: str, key: str) -> str:
        assert self.app is not None
        return await self.app.ask_secret(profile, key)


def run_app(options: Options, *, demo: bool) -> None:
    """Run the app until it ends, then end the command with its exit code."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise BadInput(
            "The full-screen app needs a terminal.",
            hint="Where there is none, use runnel ask, sessions or messages; see runnel --help.",
        )
    from tui.settings import load_settings
    from tui.ui.app import RunnelApp
    from tui.wiring import Wiring

    asking = _Asking()
    loaded = load_settings(theme=options.theme)
    wiring = Wiring(
        loaded.settings,
        profile=options.profile,
        demo=demo,
        state_folder=loaded.state_folder,
        use_keyring=True,
        ask_secret=asking,
    )
    app = asking.app = RunnelApp(
        wiring.connect,
        wiring.profiles,
        wiring.first_profile,
        theme=loaded.settings.theme,
        keys=loaded.settings.keys,
        config_folder=loaded.folder,
        copies_folder=loaded.state_folder / "copies",
        notices=loaded.notices,
    )
    asyncio.run(_run(app, wiring))
    raise click.exceptions.Exit(app.return_code or 0)


async def _run(app: RunnelApp, wiring: Wiring) -> None:
    # one loop for both: connections can be closed only where they were opened
    try:
        await app.run_async()
    finally:
        await wiring.aclose()
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        # an interrupt from outside: the app ends as if it had been asked to, the command may not
        raise asyncio.CancelledError
