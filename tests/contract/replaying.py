"""Replay of a tape below the screen: what a conversation makes of it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from contextlib import aclosing

from tui.conversation import Connection, Conversation
from tui.model import OWN_ID_START
from tui.tapes.player import Pause, TapePlayer
from tui.tapes.tape import Tape
from tui.tapes.wire import Act, Sent, Stopped
from tui.turn import QueuedQuestion
from tui.wiring.replay import replayed_connection

SETTLING_S = 20.0
_OWN_ID = re.compile(f"{OWN_ID_START}[0-9a-f]*")
"""Made by chance, and never shown."""


async def no_wait(_: float) -> None:
    await asyncio.sleep(0)


async def short_wait(_: float) -> None:
    await asyncio.sleep(0.0002)


class Replay:
    """Does what a person did on a tape, in conversations without a screen."""

    def __init__(self, tape: Tape, wait: Pause) -> None:
        self.player = TapePlayer(tape, self._act, wait=wait)
        self.connection: Connection = replayed_connection(self.player)
        self.conversations: list[Conversation] = []
        self._sending: list[asyncio.Task[None]] = []

    async def play(self) -> Mapping[str, str]:
        """Return what stands in each session in the end."""
        self.connection.begin_settling()
        await self.player.play()
        if self._sending:
            await asyncio.wait(self._sending, timeout=SETTLING_S)
        for each in self._sending:
            each.cancel()
        await asyncio.gather(*self._sending, return_exceptions=True)
        await self.connection.aclose()
        return {each.id: _OWN_ID.sub("", repr(each.timeline[:])) for each in self.conversations}

    async def _act(self, act: Act) -> None:
        match act:
            case Sent(_, session):
                conversation = self.connection.conversation(session or None)
                if conversation not in self.conversations:
                    self.conversations.append(conversation)
                if conversation.progress is not None:
                    question = QueuedQuestion.of(act.text)
                    conversation.queue.add(question)
                    return
                self._sending.append(asyncio.create_task(_send(conversation, act)))
                await asyncio.sleep(0)
            case Stopped(_, session):
                if (opened := self.connection.opened(session)) is not None:
                    opened.stop()
            case _:
                pass


async def _send(conversation: Conversation, sent: Sent) -> None:
    async with aclosing(conversation.send(sent.text, streaming=sent.streaming)) as turn:
        async for _ in turn:
            pass
