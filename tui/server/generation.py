"""An answer in the making."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from tui.server.delivery import Delivery, tokens
from tui.server.scripts import Call, Fail, Pause, Return, Say, Script, Step
from tui.server.world import Chat, Exchange, ToolRun, World

FIRST_TOKEN_S = 0.4
LATE_STORE_S = 0.6
"""How long after its reader left an answer is stored."""
TITLE_S = 0.5
"""How long after its first answer a chat gets its title."""
_TITLE_CHARS = 48


class Generation:
    """Plays a script as the answer to a stored question and stores what came of it."""

    def __init__(
        self, world: World, delivery: Delivery, chat: Chat, exchange: Exchange, script: Script
    ) -> None:
        self._world = world
        self._delivery = delivery
        self._chat = chat
        self._exchange = exchange
        self._script = script
        self._said: list[str] = []
        self._tools: list[ToolRun] = []

    async def steps(self, left: asyncio.Event) -> AsyncGenerator[Step, None]:
        """Yield what happens as it happens, `Say` a token at a time.

        After `left` is set nothing is waited for any more. The answer is in the history before
        this ends, and before `Fail` is yielded, which comes last if at all.
        """
        failure: Fail | None = None
        await self._delivery.pause(FIRST_TOKEN_S, left)
        for step in self._script.steps:
            match step:
                case Say(text):
                    for token in tokens(text):
                        await self._delivery.pause(self._delivery.token_pause(), left)
                        self._said.append(token)
                        yield Say(token)
                case Pause(seconds):
                    await self._delivery.pause(seconds, left)
                case Call():
                    yield step
                case Return():
                    self._note_tool(step)
                    yield step
                case Fail():
                    failure = step
        if left.is_set():
            await asyncio.sleep(LATE_STORE_S * self._delivery.pace)
        self._store(failure)
        if failure:
            yield failure

    async def run(self) -> Exchange:
        """Play to the end and return the settled exchange."""
        async for _ in self.steps(asyncio.Event()):
            pass
        return self._exchange

    def _note_tool(self, returned: Return) -> None:
        calls = (step for step in self._script.steps if isinstance(step, Call))
        arguments = next(call.arguments for call in calls if call.name == returned.name)
        self._tools.append(ToolRun(returned.name, arguments, returned.result))

    def _store(self, failure: Fail | None) -> None:
        self._world.settle(
            self._chat,
            self._exchange,
            "".join(self._said),
            error=failure.sentence if failure else "",
            sources=self._script.sources,
            tools=tuple(self._tools),
        )
        if self._chat.title is None and not failure:
            title = self._script.title or _title_from(self._exchange.question)
            asyncio.get_running_loop().call_later(
                TITLE_S * self._delivery.pace, self._world.name_chat, self._chat, title
            )


def _title_from(question: str) -> str:
    words = " ".join(question.split()).rstrip(" .?!")
    if len(words) > _TITLE_CHARS:
        words = words[:_TITLE_CHARS].rsplit(" ", 1)[0] + "…"
    return words[:1].upper() + words[1:]
