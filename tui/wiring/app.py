"""Composition of the app for one person: the same for the command line and for a server.

Light to import, because the first frame is drawn before the settings are checked.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, TypeVar

from tui.abilities import EVERY_ABILITY, Abilities, Ability
from tui.errors import RunnelError
from tui.settings.appearance import Appearance, appearance_of
from tui.settings.sources import ConfigSource
from tui.store.choices import in_force
from tui.store.choices_file import ChoicesFile
from tui.ui.app import RunnelApp
from tui.ui.terminal.link import Link, baud_of, expectation
from tui.values import replace
from tui.wiring.late_wiring import LateWiring

if TYPE_CHECKING:
    from tui.backends.http.credentials import KnownSecrets
    from tui.conversation import Connection
    from tui.conversation.taping import TapeRecorder
    from tui.settings import SavedSecret
    from tui.settings.servers import ServerAdding
    from tui.wiring.connections import Wiring

T = TypeVar("T")


class ComposedApp:
    """An app, and the connections below it, which are made when it first asks for one.

    `profile`, `theme` and `link` are those of a command line, empty and `None` for none; with
    `demo` the app works on the embedded server whatever is configured. With `continues` it begins
    with the session that was open last, in the profile that was unless one is named; with `setup`
    by adding a server. `known_secrets` takes what a debug log must not hold, `recorder` records the
    first connection where it expects one. `abilities` are those of who sits at the terminal.
    Nothing of it is shared with another one in the same process.

    Raises:
        BadInput: there is no such profile.
        SettingsError: there is none of that name because the settings cannot be used.
    """

    def __init__(
        self,
        source: ConfigSource,
        *,
        profile: str = "",
        theme: str | None = None,
        link: str | None = None,
        demo: bool = False,
        continues: bool = False,
        setup: bool = False,
        known_secrets: KnownSecrets | None = None,
        abilities: Abilities = EVERY_ABILITY,
        recorder: TapeRecorder | None = None,
    ) -> None:
        self.trouble: RunnelError | None = None
        """Why there was nothing to work with, and the app has ended."""
        self.untold: list[str] = []
        """Sentences about what is kept that nobody has seen when the app has ended."""
        self._goes_on = continues and not profile
        self._notes_profile = not demo
        self._recorder = recorder
        self._loop: asyncio.AbstractEventLoop | None = None
        self._choices = ChoicesFile(source.state_folder, self._tell)
        looks = self._looks(appearance_of(source, theme, link), is_fixed=theme is not None)
        self._late = LateWiring(
            source,
            profile=profile,
            demo=demo,
            has_accounts=Ability.ACCOUNTS in abilities,
            ask_secret=self._ask_secret,
            known_secrets=known_secrets,
            on_trouble=self._tell,
        )
        if setup or (profile and profile not in looks.profiles):
            # it may be a slip of the pen, for which no app has to begin
            self._late.make()
        self.app = self._app(source, looks, abilities, continues=continues, setup=setup)

    def _looks(self, configured: Appearance, *, is_fixed: bool) -> Appearance:
        """Return how it looks: with the theme that a person picked, unless it `is_fixed`."""
        chosen = in_force(self._choices.theme, configured.configured_theme)
        return replace(configured, theme=chosen) if chosen and not is_fixed else configured

    def _app(
        self,
        source: ConfigSource,
        looks: Appearance,
        abilities: Abilities,
        *,
        continues: bool,
        setup: bool,
    ) -> RunnelApp:
        return RunnelApp(
            self._connect,
            self._late.profiles,
            "",
            looks=looks,
            chosen=self._choices,
            link=Link(looks.link, expectation(os.environ, baud_of(sys.__stderr__))),
            continues=continues,
            config_folder=source.folder,
            copies_folder=source.state_folder / "copies",
            notices=[*source.file.notices, *self.untold],
            import_first=partial(_import_connections, source),
            abilities=abilities,
            adding=self._adding if Ability.ACCOUNTS in abilities else None,
            begins_adding=setup,
            # a tape tells what a person did with what they saw
            asks_early=self._recorder is None,
        )

    @property
    def leaves_transcript(self) -> bool:
        """What was said last stays in the terminal when the app has ended."""
        return self._late.leaves_transcript

    async def run(self) -> None:
        """Run the app until it ends, then close what it was connected with."""
        self.untold.clear()
        self._loop = asyncio.get_running_loop()
        try:
            await self.app.run_async()
        finally:
            self._loop = None
            # first, because servers may take their time
            await asyncio.to_thread(self._choices.close)
            # in the same loop: connections can be closed only where they were opened
            await self._late.aclose()

    def _tell(self, sentence: str) -> None:
        """Have the app show a sentence, whatever thread it comes from."""
        if self._loop is None:
            self.untold.append(sentence)
        else:
            self._loop.call_soon_threadsafe(self.app.tell, sentence)

    async def _connect(self, name: str) -> Connection:
        """Open the connection of a profile, of that to begin with when `name` is empty."""
        wiring = await self._ready()
        name = name or self._first_profile(wiring)
        connection = await wiring.connect(name)
        if self._recorder is not None:
            self._recorder.tell_trouble = self.app.tell
            self._recorder.begin_expected(connection)
        if self._notes_profile:
            self._choices.note_profile(name)
        return connection

    def _first_profile(self, wiring: Wiring) -> str:
        last = self._choices.last_profile
        if self._goes_on and any(each.name == last for each in wiring.profiles):
            return last
        return wiring.first_profile

    async def _ready(self) -> Wiring:
        """Return what connects, with the settings checked."""
        if self._late.wiring is not None:
            return self._late.wiring
        try:
            # in a thread, so that what is typed meanwhile is drawn
            return await asyncio.to_thread(self._late.make)
        except RunnelError as error:
            self.trouble = error
            self.app.give_up(error.exit_code)
            raise

    def _adding(self) -> ServerAdding:
        from tui.wiring.server_adding import ServerTrials

        return ServerTrials(self._ready, self._late.profiles.append)

    async def _ask_secret(
        self,
        profile: str,
        noun: str,
        attempt: Callable[[str], Awaitable[T]],
        saved: SavedSecret,
    ) -> T:
        return await self.app.ask_secret(profile, noun, attempt, saved)


_CONNECTIONS = (
    "tui.settings.checked",
    "tui.wiring.connections",
    "tui.backends.http.client",
    "tui.store.sqlite",
    # the thread of the store may go on with its index as soon as it is opened
    "tui.query",
)


def _import_connections(source: ConfigSource) -> None:
    # by name: nothing of them is used here. What the chat imports too must be among them: it is
    # imported in another thread while a connection is made, and two threads that import the same
    # modules in another order may end the program (_DeadlockError)
    for module in _CONNECTIONS:
        import_module(module)
    from tui.settings.plain_reading import plain_settings

    if plain_settings(source) is None:
        import_module("tui.settings.checking")
