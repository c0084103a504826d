"""`runnel login` and `runnel logout`: does the server know us, and should it."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

import click

from tui.cli.connecting import connected, open_wiring
from tui.cli.options import profile_option
from tui.cli.output import narrate, write
from tui.errors import BadInput

if TYPE_CHECKING:
    from tui.conversation import Connection
    from tui.wiring.connections import Wiring


T = TypeVar("T")


@click.command
@click.option(
    "--save", is_flag=True, help="Ask for the key or password, and keep it in the system's keyring."
)
@profile_option
def login(save: bool, profile: str) -> None:
    """Check the key or sign in, and say as whom.

    In a terminal a key or password that is not configured is asked for, unseen.

    \b
    Examples:
      runnel login --profile work
      runnel login --profile work --save
    """
    asyncio.run(_save(profile) if save else _login(profile))


@click.command
@profile_option
def logout(profile: str) -> None:
    """Sign out, and forget the key or password that runnel login saved.

    Example: runnel logout --profile work
    """
    asyncio.run(_logout(profile))


class _Prompt:
    """Asks in the terminal, and remembers the answer."""

    def __init__(self) -> None:
        self.secret = ""

    async def ask(self, profile: str, key: str, attempt: Callable[[str], Awaitable[T]]) -> T:
        # the loop's own handler waits until the prompt is over
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            self.secret = click.prompt(
                f"{key.capitalize()} of the profile '{profile}'",
                # an answer of nothing is one for keys only: some servers do without
                default="" if key == "token" else None,
                show_default=False,
                hide_input=True,
                err=True,
            )
        finally:
            signal.signal(signal.SIGINT, before)
        return await attempt(self.secret)


async def _login(profile: str) -> None:
    prompt = _Prompt()
    async with open_wiring(profile, ask_secret=prompt.ask if _has_terminal() else None) as wiring:
        connection = await connected(wiring)
        await _tell_identity(connection)
        if prompt.secret and connection.backend.sign_in is None:
            narrate("This key is forgotten now; runnel login --save keeps it.")


async def _save(profile: str) -> None:
    from tui.settings import open_keyring

    prompt = _Prompt()
    async with open_wiring(profile, ask_secret=prompt.ask, afresh=True) as wiring:
        name = wiring.first_profile
        _refuse_to_save(wiring, name)
        await asyncio.to_thread(open_keyring)
        connection = await connected(wiring)
        await _tell_identity(connection)
        if not prompt.secret:
            narrate("There was nothing to save.")
            return
        await wiring.saved_secret(name).save(prompt.secret)
        narrate(f"The {wiring.configured_secret(name).key} is saved in the keyring.")


def _refuse_to_save(wiring: Wiring, name: str) -> None:
    if wiring.embedded:
        raise BadInput(
            "There is no profile to save a secret for.", hint="runnel profiles says where they go."
        )
    secret = wiring.configured_secret(name)
    if secret.is_set:
        raise BadInput(
            f"The profile '{name}' has its {secret.key} in the settings, and that one is used.",
            hint=f"Take {secret.key} or {secret.key}_command out of them, then save it.",
        )
    if not _has_terminal():
        raise BadInput(
            f"There is no terminal to ask for the {secret.key} in.",
            hint="Run runnel login --save in one.",
        )


async def _logout(profile: str) -> None:
    async with open_wiring(profile) as wiring:
        name = wiring.first_profile
        if wiring.embedded:
            raise BadInput("There is nothing to sign out of: no profile is configured.")
        wiring.forget_sessions(name)
        is_forgotten = await wiring.saved_secret(name).forget()
        key = wiring.configured_secret(name).key
        if is_forgotten:
            narrate(f"The {key} is no longer in the keyring.")
        connection = await connected(wiring)
        if connection.backend.sign_in is not None:
            await connection.backend.sign_in.sign_out()
            write(f"{name}: signed out\n")
        else:
            write(f"{name}: {'forgotten' if is_forgotten else 'nothing was kept'}\n")
        if wiring.configured_secret(name).is_set:
            narrate(f"Its {key} still stands in the settings.")


async def _tell_identity(connection: Connection) -> None:
    identity = await connection.backend.identify()
    detail = f" ({identity.detail})" if identity.detail else ""
    write(f"{connection.profile.name}: {identity.name}{detail}\n")


def _has_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()
