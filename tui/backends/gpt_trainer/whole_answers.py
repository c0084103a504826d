"""Answers of the GPT-trainer family in one piece.

Source: the vendor's API reference.
"""

from __future__ import annotations

from functools import partial

from tui.backends.base import WholeAnswers
from tui.backends.gpt_trainer.calls import KeyedCalls
from tui.backends.gpt_trainer.newer_calls import has_session, newer_call
from tui.backends.gpt_trainer.records import answer_parts
from tui.backends.gpt_trainer.stream import refuse_failure
from tui.backends.json_reading import as_object, encode_json, id_at, path, time_at
from tui.backends.offers import Offer
from tui.model import Message, Role, new_own_id

ANSWER_TIMEOUT_S = 600.0
"""Longest wait for an answer that comes in one piece."""


class GptTrainerWholeAnswers(WholeAnswers):
    def __init__(self, calls: KeyedCalls) -> None:
        self.offer = Offer("This host only answers by streaming.")
        self._calls = calls

    async def answer(self, session_id: str, bot_id: str, text: str) -> Message:
        received = await newer_call(
            self._calls,
            self.offer,
            path("session", session_id, "message", "non-stream"),
            partial(has_session, self._calls, session_id),
            content=encode_json({"query": text}),
            timeout_s=ANSWER_TIMEOUT_S,
        )
        record = as_object(received.json())
        with received.credentials.veil():
            refuse_failure(record)
        message_id = id_at(record, "uuid") or new_own_id()
        return Message(
            message_id, Role.ASSISTANT, answer_parts(record), time_at(record, "created_at")
        )
