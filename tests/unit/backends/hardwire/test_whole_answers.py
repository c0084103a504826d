from __future__ import annotations

import json
import re
from contextlib import aclosing

import pytest

from tests.fakes import present
from tests.unit.backends.hardwire.site import (
    SEND,
    STREAM,
    Site,
    events_of,
    giving,
)
from tui.errors import (
    AnswerFailed,
    NotFound,
    NotOffered,
)
from tui.events import Completed, TextDelta
from tui.model import Role
from tui.safe_text import clean

MESSAGE = {"id": "m1", "role": "assistant", "content": "whole"}


@pytest.mark.parametrize(
    "reply",
    [
        {"userMessage": {"id": "q"}, "assistantMessage": MESSAGE, "chatId": "c"},
        {"id": "q", "chatId": "c", "role": "user", "content": "q", "response": MESSAGE},
        {"data": {"id": "q", "role": "user", "content": "q", "response": MESSAGE}},
    ],
)
async def test_an_answer_in_one_piece_comes_by_either_way(reply: object) -> None:
    site = Site({SEND: giving(reply, 201)})
    answer = await present(site.backend().whole_answers).answer("c", "m", "q")
    assert (answer.id, answer.text, answer.role) == ("m1", "whole", Role.ASSISTANT)
    raw = json.dumps(reply).encode()
    unstreamed = Site({STREAM: events_of(raw, media_type="application/json")})
    async with aclosing(unstreamed.backend().stream("c", "m", "q")) as events:
        meanings = [event async for event in events]
    assert meanings[1:] == [TextDelta(clean("whole")), Completed("m1", answer)]


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ({"assistantMessage": None, "error": {"message": "Busy", "code": "LLM"}}, "Busy (LLM)"),
        ({"assistantMessage": None, "chatId": "c"}, "no answer"),
        ({"response": {}}, "no answer"),
    ],
)
async def test_a_created_send_may_be_a_failed_answer(reply: object, words: str) -> None:
    with pytest.raises(AnswerFailed, match=re.escape(words)):
        await present(Site({SEND: giving(reply, 201)}).backend().whole_answers).answer(
            "c", "m", "q"
        )


async def test_a_host_without_plain_sends_is_asked_once() -> None:
    site = Site({SEND: giving({"code": "ROUTE_NOT_FOUND", "message": "m"}, 404)})
    backend = site.backend()
    whole_answers = present(backend.whole_answers)
    for _ in range(2):
        with pytest.raises(NotOffered, match="without streaming"):
            await whole_answers.answer("c", "m", "q")
    assert backend.whole_answers is None
    assert len(site.asked(SEND)) == 1


async def test_a_deleted_chat_does_not_mean_that_there_are_no_plain_sends() -> None:
    site = Site({SEND: giving({"code": "CHAT_NOT_FOUND", "message": "m"}, 404)})
    backend = site.backend()
    with pytest.raises(NotFound):
        await present(backend.whole_answers).answer("c", "m", "q")
    assert backend.whole_answers is not None
