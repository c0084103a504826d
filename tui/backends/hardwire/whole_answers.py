"""Answers of HardWire in one piece.

Source: HardWire's documentation; a failed answer under 201 as seen on the wire.
"""

from __future__ import annotations

from tui.backends.base import WholeAnswers
from tui.backends.hardwire.answer_events import answer_of
from tui.backends.hardwire.calls import SignedInCalls, unwrapped
from tui.backends.hardwire.questions import question_body
from tui.backends.json_reading import path
from tui.backends.offers import Offer
from tui.model import Message

ANSWER_TIMEOUT_S = 600.0
"""Longest wait for an answer that comes in one piece."""


class HardWireWholeAnswers(WholeAnswers):
    def __init__(self, calls: SignedInCalls) -> None:
        self.offer = Offer("This server cannot answer without streaming.")
        self._calls = calls

    async def answer(self, session_id: str, bot_id: str, text: str) -> Message:
        content = await question_body(self._calls, bot_id, text)
        with self.offer.asked():
            received = await self._calls.make(
                "POST",
                path("chats", session_id, "messages"),
                content=content,
                timeout_s=ANSWER_TIMEOUT_S,
            )
        with received.credentials.veil():
            return answer_of(unwrapped(received))
