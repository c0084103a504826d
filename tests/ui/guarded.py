"""A backend that asks for a password, and the dialog that asks the person."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.fakes import NOON, ScriptedBackend, assistant, user
from tests.ui.harness import Stage, said
from tui.errors import AccessRefused
from tui.events import StreamEvent
from tui.model import Bot, Message, Profile, Session
from tui.safe_text import SafeText
from tui.ui.dialogs.sign_in import SignInScreen
from tui.ui.widgets.plain_text import Plain

Check = Callable[[str], Awaitable[str]]
HOME = Profile("test", "hardwire", "http://127.0.0.1:1", account="ada@example.com")


@dataclass
class GuardedBackend(ScriptedBackend):
    """Asks for the password whenever it is not signed in."""

    is_open: bool = True
    ask: Callable[[Check], Coroutine[Any, Any, str]] | None = None
    refused: Sequence[str] = ()
    checking: asyncio.Event | None = None
    told: list[str] = field(default_factory=list)
    signed_out: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def _sign_in(self) -> None:
        async with self.lock:
            if not self.is_open:
                assert self.ask is not None
                await self.ask(self.check)
                self.is_open = True

    async def check(self, secret: str) -> str:
        self.told.append(secret)
        if self.checking is not None:
            await self.checking.wait()
        if secret in self.refused:
            raise AccessRefused("The server does not accept this.", hint="Check it.")
        return secret

    async def bots(self) -> list[Bot]:
        await self._sign_in()
        return await super().bots()

    async def messages(self, session_id: str, bot_id: str = "") -> list[Message]:
        await self._sign_in()
        return await super().messages(session_id, bot_id)

    async def stream(
        self, session_id: str, bot_id: str, text: str
    ) -> AsyncGenerator[StreamEvent, None]:
        await self._sign_in()
        async for event in super().stream(session_id, bot_id, text):
            yield event

    async def sign_out(self) -> None:
        self.signed_out += 1
        self.is_open = False


def guarded() -> GuardedBackend:
    return GuardedBackend(
        histories={"s": [user("q", "Q"), assistant("a", "A")]},
        listed=[Session("s", SafeText("S"), updated_at=NOON)],
    )


def expire(backend: GuardedBackend, it: Stage) -> None:
    """Let the sign-in be over from now on."""
    backend.is_open = False
    backend.ask = lambda check: it.app.ask_secret("test", "password", check)


async def dialog(it: Stage) -> str:
    """Wait for the dialog, and return what it says."""
    await it.until(lambda: isinstance(it.app.screen, SignInScreen))
    await it.until(lambda: bool(it.app.screen.query(Plain)))
    return "\n".join(said(each) for each in it.app.screen.query(Plain))
