"""Connection that a command works with: settings read, profile connected, all closed afterwards."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import click

from tui.cli.options import Options
from tui.cli.output import narrate, warn
from tui.cli.waits import narrate_waits
from tui.values import replace

if TYPE_CHECKING:
    from tui.backends.http.credentials import KnownSecrets
    from tui.conversation import Connection
    from tui.settings import AskSecret
    from tui.wiring.connections import Wiring


@asynccontextmanager
async def open_wiring(
    profile: str,
    *,
    ask_secret: AskSecret | None = None,
    afresh: bool = False,
    keeps_questions: bool = True,
    on_trouble: Callable[[str], None] = warn,
) -> AsyncIterator[Wiring]:
    """Read the settings, and close afterwards what was connected with them.

    With `afresh` nothing that was kept of earlier sign-ins, and no saved secret, counts. What is
    asked is among the earlier questions where it `keeps_questions`, and the settings do.
    `on_trouble` is told what is wrong with the file that all is kept in.
    """
    # these take longer to import than all of the command line
    from tui.settings import checked_settings, read_source
    from tui.wiring.connections import Wiring

    source = read_source()
    settings = checked_settings(source)
    if not keeps_questions:
        settings = replace(settings, keep_questions=False)
    for notice in source.file.notices:
        warn(notice)
    wiring = Wiring(
        settings,
        profile=profile,
        ask_secret=ask_secret,
        state_folder=source.state_folder,
        afresh=afresh,
        known_secrets=_known_secrets(),
        data_folder=source.data_folder,
        on_trouble=on_trouble,
    )
    if wiring.embedded:
        narrate("No profiles yet: this is the embedded server.")
    try:
        yield wiring
    finally:
        await wiring.aclose()


def _known_secrets() -> KnownSecrets | None:
    context = click.get_current_context(silent=True)
    options = None if context is None else context.find_object(Options)
    return None if options is None else options.known_secrets


class FileTroubles:
    """What is wrong with the file that all is kept in: held back until it is known if that ends it.

    Called with a sentence, in any thread.
    """

    def __init__(self) -> None:
        self._held: list[str] | None = []

    def __call__(self, sentence: str) -> None:
        if self._held is None:
            warn(sentence)
        else:
            self._held.append(sentence)

    async def require_kept(self, *connections: Connection) -> None:
        """Take in what is kept, for a command that has nothing else to work with.

        Raises:
            StoreUnusable: nothing of it can be read.
        """
        for each in connections:
            await each.load()
        is_lost = not any(each.store.is_lasting or each.listed_sessions() for each in connections)
        if self._held and is_lost:
            from tui.store.sqlite.maintenance import StoreUnusable

            sentence, self._held = self._held[0], None
            raise StoreUnusable(sentence)
        self.tell()

    def tell(self) -> None:
        """Hold nothing back any more."""
        held, self._held = self._held or (), None
        for each in held:
            warn(each)


@asynccontextmanager
async def open_connection(
    profile: str, *, keeps_questions: bool = True, needs_kept: bool = False
) -> AsyncIterator[Connection]:
    """Connect `profile`, or the first one when it is empty, and close everything afterwards.

    With `needs_kept` what is kept here is taken in, and all there is to work with.

    Raises:
        StoreUnusable: nothing that is kept can be read, where it is needed.
    """
    troubles = FileTroubles()
    if not needs_kept:
        troubles.tell()
    async with open_wiring(profile, keeps_questions=keeps_questions, on_trouble=troubles) as wiring:
        connection = await connected(wiring)
        if needs_kept:
            await troubles.require_kept(connection)
        yield connection


async def connected(wiring: Wiring) -> Connection:
    """Connect the first profile, and tell whoever watches of its reads that are made again."""
    connection = await wiring.connect(wiring.first_profile)
    if sys.stderr.isatty():
        narrate_waits(connection.backend.traffic)
    return connection
