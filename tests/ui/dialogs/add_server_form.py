"""The form that adds a server, over a chat, with a scripted other side."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from textual.events import Paste
from textual.widgets import Input

from tests.fakes import ScriptedBackend, StillClock, connection
from tests.ui.harness import Stage, app_of, ready
from tests.ui.painting import unpainted
from tui.errors import BadInput, RunnelError
from tui.model import Bot
from tui.safe_text import SafeText
from tui.settings import SecretPlace
from tui.settings.servers import (
    SERVER_KINDS,
    AddedServer,
    CheckedServer,
    NewServer,
    ServerAdding,
    ServerKind,
)
from tui.ui.dialogs.add_server import AddServerScreen

KEY = "s3cret-never-shown"
BOTS = (
    Bot("a", SafeText("Ann"), SafeText("public")),
    Bot("b", SafeText("[b]en"), SafeText("private")),
)


@dataclass
class ScriptedAdding(ServerAdding):
    """Takes every secret but those refused, and writes nothing down."""

    bots: Sequence[Bot] = BOTS
    unreachable: RunnelError | None = None
    refusals: list[RunnelError] = field(default_factory=list)
    """Raised by the next checks, one each."""
    failures: list[RunnelError] = field(default_factory=list)
    """Raised by the next additions, one each."""
    gate: asyncio.Event | None = None
    writing: asyncio.Event | None = None
    checked: list[tuple[NewServer, str]] = field(default_factory=list)
    added: list[tuple[str, str, SecretPlace]] = field(default_factory=list)
    dropped: int = 0

    @property
    def kinds(self) -> Sequence[ServerKind]:
        return SERVER_KINDS

    async def base_url(self, kind: ServerKind, address: str) -> str:
        if address == "nonsense":
            raise BadInput("“nonsense” is not the address of a server.")
        return kind.base_url or address

    async def reach(self, server: NewServer) -> None:
        if self.unreachable is not None:
            raise self.unreachable

    async def check(self, server: NewServer, secret: str) -> CheckedServer:
        self.checked.append((server, secret))
        if self.gate is not None:
            await self.gate.wait()
        if self.refusals:
            raise self.refusals.pop(0)
        return CheckedServer(server, secret, self.bots, "b", "chatbot", [*SecretPlace], "mine")

    async def add(
        self, checked: CheckedServer, bot_id: str, name: str, place: SecretPlace
    ) -> AddedServer:
        self.added.append((bot_id, name, place))
        if self.writing is not None:
            await self.writing.wait()
        if self.failures:
            raise self.failures.pop(0)
        return AddedServer("test", SafeText("config.toml"), "key", SafeText("kept well"))

    async def drop(self) -> None:
        self.dropped += 1


class Form(Stage):
    """The form over a chat."""

    async def paste(self, text: str) -> None:
        self.app.post_message(Paste(text))
        await self.pilot.pause()

    async def shows(self, *words: str) -> None:
        await self.until(lambda: all(each in self.drawn for each in words))

    @property
    def value(self) -> str:
        assert isinstance(self.app.focused, Input)
        return self.app.focused.value

    async def at_secret(self) -> None:
        """Go on to the step that asks for the key of the first product."""
        await self.press("enter")
        await self.shows("2 of 3")

    async def at_bots(self) -> None:
        await self.at_secret()
        await self.paste(KEY)
        await self.press("enter")
        await self.shows("3 of 3")


@asynccontextmanager
async def form(
    adding: ScriptedAdding, size: tuple[int, int] = (100, 32), opened_by: Sequence[str] = ()
) -> AsyncGenerator[Form, None]:
    """Have the form open over a chat, by keys or at once."""
    clock = StillClock()
    app = app_of(connection(ScriptedBackend(), clock), clock=clock, adding=lambda: adding)
    async with AsyncExitStack() as stack:
        # how the chat begins is looked at elsewhere
        with unpainted():
            it = Form(app, await stack.enter_async_context(app.run_test(size=size)))
            await ready(it)
        if opened_by:
            await it.press(*opened_by)
        else:
            assert await app.front.catalogue.run("app.add-server")
        await it.until(lambda: isinstance(it.app.screen, AddServerScreen))
        await it.pilot.pause()
        yield it
        assert KEY not in it.drawn
