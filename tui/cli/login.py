"""`runnel login` and `runnel logout`: does the server know us, and should it."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

import click

from tui.cli.connecting import connected, open_wiring
from tui.cli.options import profile_option
from tui.cli.output import narrate, write
from tui.errors import BadInput, SettingsError
from tui.signal_handlers import answering

if TYPE_CHECKING:
    from tui.conversation import Connection
    from tui.settings import SavedSecret
    from tui.wiring.connections import Wiring


T = TypeVar("T")


@click.command
@click.option(
    "--save/--no-save",
    default=None,
    help="Ask anew, and keep the answer in place of the one before; or keep nothing.",
)
@profile_option
def login(save: bool | None, profile: str) -> None:
    """Check the key or sign in, and say as whom.

    In a terminal a key or password that is missing or refused is asked for, unseen. Once the server
    has taken it, it is kept in the keyring of the system, or where there is none in a file that
    only you can read, and that is told.

    \b
    Examples:
      runnel login --profile work
      runnel login --profile work --save
    """
    asyncio.run(_login(profile, save))


@click.command
@profile_option
def logout(profile: str) -> None:
    """Sign out, and forget the key or password that was kept.

    Example: runnel logout --profile work
    """
    asyncio.run(_logout(profile))


class _Prompt:
    """Asks in the terminal, and remembers the answer and where it can be kept."""

    def __init__(self) -> None:
        self.secret = ""
        self.saved: SavedSecret | None = None

    async def ask(
        self, profile: str, noun: str, attempt: Callable[[str], Awaitable[T]], saved: SavedSecret
    ) -> T:
        # the loop's own handler waits until the prompt is over
        with answering(signal.default_int_handler, signal.SIGINT):
            self.secret = click.prompt(
                f"{noun.capitalize()} of the profile '{profile}'", hide_input=True, err=True
            )
        self.saved = saved
        return await attempt(self.secret)


async def _login(profile: str, save: bool | None) -> None:
    prompt = _Prompt()
    ask = prompt.ask if _has_terminal() else None
    async with open_wiring(profile, ask_secret=ask, afresh=save is True) as wiring:
        name = wiring.first_profile
        if save:
            _refuse_to_save(wiring, name)
        connection = await connected(wiring)
        await _tell_identity(connection)
        if prompt.saved is None:
            if save:
                narrate("The server asked for nothing that could be kept.")
            return
        noun = wiring.configured_secret(name).noun
        if save is not False:
            narrate(f"The {noun} is {await _kept(prompt.saved, prompt.secret)}.")
        elif connection.backend.sign_in is not None:
            narrate(f"The {noun} is not kept. The sign-in is, until runnel logout ends it.")
        else:
            narrate(f"The {noun} is not kept.")


async def _kept(saved: SavedSecret, secret: str) -> str:
    """Keep a secret in the best place that takes it, and say how it is kept."""
    *others, last = await saved.places()
    for place in others:
        # a keyring may be locked
        with suppress(SettingsError):
            await saved.save(secret, place)
            return saved.kept(place)
    return saved.kept(last)


def _refuse_to_save(wiring: Wiring, name: str) -> None:
    if wiring.embedded:
        raise BadInput("There is no profile to save a secret for.", hint="runnel setup adds one.")
    secret = wiring.configured_secret(name)
    if secret.is_set:
        raise BadInput(
            f"The profile '{name}' has its {secret.noun} in the settings, and that one is used.",
            hint=f"Take {secret.key} or {secret.key}_command out of them, then save it.",
        )
    if not _has_terminal():
        raise BadInput(
            f"There is no terminal to ask for the {secret.noun} in.",
            hint="Run runnel login --save in one.",
        )


async def _logout(profile: str) -> None:
    async with open_wiring(profile) as wiring:
        name = wiring.first_profile
        if wiring.embedded:
            raise BadInput("There is nothing to sign out of: no profiles yet.")
        wiring.forget_sessions(name)
        saved, secret = wiring.saved_secret(name), wiring.configured_secret(name)
        places = await saved.forget()
        for place in places:
            narrate(f"The {secret.noun} is no longer in {saved.name(place)}.")
        connection = await connected(wiring)
        if connection.backend.sign_in is not None:
            await connection.backend.sign_in.sign_out()
            write(f"{name}: signed out\n")
        else:
            write(f"{name}: {'forgotten' if places else 'nothing was kept'}\n")
        if secret.is_set:
            narrate(f"Its {secret.noun} is still in the settings.")


async def _tell_identity(connection: Connection) -> None:
    identity = await connection.backend.identify()
    detail = f" ({identity.detail})" if identity.detail else ""
    write(f"{connection.profile.name}: {identity.name}{detail}\n")


def _has_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()
