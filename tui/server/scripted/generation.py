"""Generation of an answer: plays a script and stores what came of it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from typing import Protocol

from tui.server.scripted.scripts import Act, Call, Endless, Fail, Pause, Return, Say, Script, Step
from tui.server.scripted.world import Chat, ScriptedExchange, ToolRun, World
from tui.server.web.connection import BodyCut, TcpConnection
from tui.server.web.pacing import Delivery, tokens

FIRST_TOKEN_S = 0.4
LATE_STORE_S = 0.6
"""How long after its reader left an answer is stored."""
TITLE_S = 0.5
"""How long after its first answer a chat gets its title."""
_TITLE_CHARS = 48


class AnswerFaults(Protocol):
    """What goes wrong with one answer."""

    @property
    def connection(self) -> TcpConnection: ...

    def intended(self, script: Script) -> Script:
        """Return what is answered when nothing goes wrong; `script` is for the whole question."""

    def rewritten(self, script: Script) -> Script:
        """Return `script` with everything that goes wrong in it."""

    def note_asked(
        self, world: World, chat: Chat, exchange: ScriptedExchange, full_answer: str
    ) -> None:
        """Change what was stored of the question."""

    def note_answered(
        self, world: World, chat: Chat, exchange: ScriptedExchange, full_answer: str
    ) -> None:
        """Change what was stored of the answer."""


class Generation:
    """Plays a script as the answer to a stored question and stores what came of it."""

    def __init__(
        self,
        world: World,
        delivery: Delivery,
        chat: Chat,
        exchange: ScriptedExchange,
        script: Script,
        faults: AnswerFaults,
    ) -> None:
        self.world = world
        self.chat = chat
        self.connection = faults.connection
        self._delivery = delivery
        self._exchange = exchange
        self._faults = faults
        self._intended = faults.intended(script)
        self._script = faults.rewritten(self._intended)
        self._said: list[str] = []
        self._tools: list[ToolRun] = []
        self._is_stored = False
        self._left = asyncio.Event()
        faults.note_asked(world, chat, exchange, self._intended.text)

    async def steps(self, left: asyncio.Event) -> AsyncGenerator[Step, None]:
        """Yield what happens as it happens, `Say` a token at a time.

        After `left` is set nothing is waited for any more. The answer is in the history before
        this ends, and before `Fail` is yielded, which comes last if at all.
        """
        self._left = left
        failure: Fail | None = None
        await self._delivery.pause(FIRST_TOKEN_S, left)
        for step in self._script.steps:
            match step:
                case Say(text):
                    for token in self._tokens(step):
                        if not step.at_once:
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
                case Act(run):
                    await run(self)
                case Endless(text, pause_s):
                    while not left.is_set():
                        yield Say(text)
                        await self.wait(pause_s)
                    return
        if left.is_set():
            await asyncio.sleep(LATE_STORE_S * self._delivery.pace)
        self._store(failure)
        if failure:
            yield failure

    async def run(self) -> ScriptedExchange:
        """Play to the end and return the settled exchange."""
        try:
            async for _ in self.steps(asyncio.Event()):
                pass
        except BodyCut:
            # there is no body yet that could be cut
            self.connection.cut()
            raise
        return self._exchange

    def finish(self) -> None:
        """Store the whole answer now, whatever is still told of it."""
        self._said = [self._script.text]
        self._tools = []
        for step in self._script.steps:
            if isinstance(step, Return):
                self._note_tool(step)
        self._store(None)

    async def wait(self, seconds: float) -> None:
        """Wait for real seconds, no longer than the reader is there."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._left.wait(), seconds)

    def _tokens(self, step: Say) -> list[str]:
        return [step.text] if step.at_once else tokens(step.text)

    def _note_tool(self, returned: Return) -> None:
        calls = (step for step in self._script.steps if isinstance(step, Call))
        arguments = next(call.arguments for call in calls if call.name == returned.name)
        self._tools.append(ToolRun(returned.name, arguments, returned.result))

    def _store(self, failure: Fail | None) -> None:
        if self._is_stored:
            return
        self._is_stored = True
        self.world.settle(
            self.chat,
            self._exchange,
            "".join(self._said),
            error=failure.sentence if failure else "",
            sources=self._script.sources,
            tools=tuple(self._tools),
        )
        self._faults.note_answered(self.world, self.chat, self._exchange, self._intended.text)
        if self.chat.title is None and not failure:
            title = self._script.title or _title_from(self._exchange.question)
            asyncio.get_running_loop().call_later(
                TITLE_S * self._delivery.pace, self.world.name_chat, self.chat, title
            )


def _title_from(question: str) -> str:
    words = " ".join(question.split()).rstrip(" .?!")
    if len(words) > _TITLE_CHARS:
        words = words[:_TITLE_CHARS].rsplit(" ", 1)[0] + "…"
    return words[:1].upper() + words[1:]
