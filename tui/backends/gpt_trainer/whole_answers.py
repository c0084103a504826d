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
from tui.backends.json_decoding import decode_json
from tui.backends.json_reading import Object, as_object, encode_json, id_at, path, time_at
from tui.backends.offers import Offer
from tui.model import Message, Role, new_own_id

ANSWER_TIMEOUT_S = 600.0
"""Longest wait for an answer that comes in one piece."""
WHOLE_ANSWER_PATH = "/message/non-stream"


class GptTrainerWholeAnswers(WholeAnswers):
    def __init__(self, calls: KeyedCalls) -> None:
        self.offer = Offer("This host only answers by streaming.")
        self._calls = calls

    async def answer(self, session_id: str, bot_id: str, text: str) -> Message:
        received = await newer_call(
            self._calls,
            self.offer,
            path("session", session_id) + WHOLE_ANSWER_PATH,
            partial(has_session, self._calls, session_id),
            content=encode_json({"query": text}),
            timeout_s=ANSWER_TIMEOUT_S,
        )
        record = as_object(received.json())
        with received.credentials.veil():
            return _answer_of(record)


def read_answer(content: bytes) -> Message:
    """Return the answer in the body of such a call.

    Raises:
        AnswerFailed: it tells of a failure instead.
        ServerFailed: it is no object.
        ValueError: it is no JSON.
    """
    return _answer_of(as_object(decode_json(content)))


def _answer_of(record: Object) -> Message:
    refuse_failure(record)
    message_id = id_at(record, "uuid") or new_own_id()
    return Message(message_id, Role.ASSISTANT, answer_parts(record), time_at(record, "created_at"))
