"""Profile switch: connects profiles and shows the one that was asked for last."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from textual.worker import Worker

from tui.conversation import Connection
from tui.errors import RunnelError
from tui.safe_text import clean_line
from tui.ui.chat.notice import Notice, Topic
from tui.ui.chat.profile_source import ProfileSource
from tui.ui.chat.send_workers import Spawn
from tui.ui.dialogs.ask import Ask
from tui.ui.dialogs.pick import Choice, PickScreen

_ADD = "+"
"""No profile can have this name."""


class ProfileSwitch:
    """Goes over to another profile; what streams in this one goes on.

    `use` shows a connection, `expect` hears whether one is coming.
    """

    def __init__(
        self,
        source: ProfileSource,
        notice: Notice,
        use: Callable[[Connection], Awaitable[None]],
        expect: Callable[[bool], None],
        ask: Ask,
        spawn: Spawn,
    ) -> None:
        self._source = source
        self._notice = notice
        self._use = use
        self._expect = expect
        self._ask = ask
        self._spawn = spawn
        self._open_name: str | None = None
        """`None` until a profile is open."""
        self._wanted_name: str | None = None
        self._opening: Worker[None] | None = None
        self.opened = asyncio.Event()
        """A profile is shown."""

    def open(self, name: str, connecting: Awaitable[Connection] | None = None) -> None:
        """Connect a profile and show it; one that is still being opened is not any more.

        `connecting` gives the connection where that has begun already.
        """
        self._wanted_name = name
        self._expect(True)
        # connected in there: a worker that ends before it begins would leave that unawaited
        opening = partial(self._open, name, connecting)
        self._opening = self._spawn(opening, "profile")

    async def _open(self, name: str, connecting: Awaitable[Connection] | None) -> None:
        try:
            connection = await (connecting or self._source.connect(name))
        except RunnelError as error:
            self._wanted_name = self._open_name
            self._notice.show_error(Topic.PROFILE, error)
            self._expect(False)
            return
        self._open_name = self._wanted_name = connection.profile.name
        self._notice.end(Topic.PROFILE)
        await self._use(connection)
        self.opened.set()

    def pick(self) -> None:
        """Let the person choose a profile, and go over to it."""
        self._spawn(self._pick, "pick-profile")

    async def _pick(self) -> None:
        choices = [
            Choice(p.name, p.name, f"{p.api} · {'embedded server' if p.embedded else p.base_url}")
            for p in self._source.profiles
        ]
        if self._source.adding is not None:
            choices.append(Choice(_ADD, "Add a server", "for a chatbot of your own"))
        current = self._open_name or self._source.first_name
        picked = await self._ask(PickScreen("Which profile?", choices, current=current))
        if picked == _ADD:
            self.add()
            return
        if picked is None or picked == self._wanted_name:
            return
        if picked == self._open_name:
            # the last word counts: another one is still being opened
            self._wanted_name = picked
            if self._opening is not None:
                self._opening.cancel()
        else:
            self.open(picked)

    def add(self, cancelled: Callable[[], None] = lambda: None) -> None:
        """Let the person add a server and open it, or call `cancelled`."""
        self._spawn(partial(self._add, cancelled), "add-server")

    async def _add(self, cancelled: Callable[[], None]) -> None:
        # what nobody needs who has one
        from tui.ui.dialogs.add_server import AddServerScreen

        assert self._source.adding is not None
        added = await self._ask(AddServerScreen(self._source.adding()))
        if added is None:
            cancelled()
            return
        self.open(added.profile)
        name, file = clean_line(added.profile), added.file
        self._notice.show(
            Topic.ADDED,
            f"Profile '{name}' added to {file}.",
            f"Its {added.secret_noun} is {added.kept}.",
        )
