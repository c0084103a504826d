from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing

import httpx
import pytest

from tests.unit.backends.canned import BASE_URL, Answer, Wire, saying, streaming, telling
from tui.backends.gpt_trainer.backend import GptTrainer
from tui.backends.gpt_trainer.records import NO_ANSWER_YET
from tui.conversation import Connection, Conversation
from tui.events import Settled
from tui.model import Message, MessageStatus, Profile
from tui.store import MemoryStore

SORRY = "An error occurred while generating the answer."


def conversation(*answers: Answer, key: str | None = "key-1234567890") -> tuple[Conversation, Wire]:
    """Return a session of ours, its history read, about to be asked its first question."""
    wire = Wire(*answers)
    backend = GptTrainer(wire.client(), BASE_URL, None if key is None else telling(key))
    profile = Profile("test", "gpt-trainer", BASE_URL)
    connection = Connection(profile, backend, MemoryStore(), "b")
    connection.local.marks.note_ours("s")
    return connection.conversation("s"), wire


def stored(**fields: object) -> Answer:
    plain = {"uuid": "u1", "query": "Why?", "response": "", "created_at": "2026-03-02T00:00:00Z"}
    return saying([plain | fields])


async def answer_to(asked: Conversation, *, is_streaming: bool = True) -> Message:
    async with aclosing(asked.send("Why?", streaming=is_streaming)) as events:
        async for event in events:
            if isinstance(event, Settled):
                return event.answer
    raise AssertionError("a send always ends with Settled")


def posts(wire: Wire) -> Sequence[httpx.Request]:
    return [request for request in wire.requests if request.method == "POST"]


@pytest.mark.parametrize("told", [SORRY, f'{{"error": "{SORRY}"}}'])
async def test_an_error_that_comes_as_the_answer_is_known_from_the_history(told: str) -> None:
    asked, wire = conversation(
        saying([]), streaming(told.encode()), stored(error_message="Model overloaded")
    )
    answer = await answer_to(asked)
    assert answer.failure is not None
    assert answer.failure.sentence == "Model overloaded"
    assert answer.text == ""
    assert [message.id for message in asked.messages] == ["u1/query", "u1"]
    assert len(posts(wire)) == 1


async def test_an_error_sentence_that_the_history_holds_as_the_answer_is_one() -> None:
    asked, _ = conversation(saying([]), streaming(SORRY.encode()), stored(response=SORRY))
    answer = await answer_to(asked)
    assert (answer.text, answer.failure, answer.status) == (SORRY, None, MessageStatus.STORED)


@pytest.mark.parametrize("is_streaming", [True, False])
async def test_an_empty_answer_says_that_a_person_may_have_taken_over(is_streaming: bool) -> None:
    empty: Answer = streaming() if is_streaming else saying({"response": ""})
    asked, wire = conversation(
        saying([]), empty, stored(finish_reason=""), stored(response="Ada here.")
    )
    answer = await answer_to(asked, is_streaming=is_streaming)
    assert answer.parts == (NO_ANSWER_YET,)
    assert answer.failure is None
    waits = [asked.awaits_server]
    assert (await asked.reread())[-1].text == "Ada here."
    waits.append(asked.awaits_server)
    assert waits == [True, False]
    assert len(posts(wire)) == 1


async def test_an_answer_in_one_piece_is_asked_for_once_and_confirmed_by_the_history() -> None:
    asked, wire = conversation(
        saying([]), saying({"response": "So."}), stored(response="So. And so on.")
    )
    answer = await answer_to(asked, is_streaming=False)
    assert (answer.id, answer.text) == ("u1", "So. And so on.")
    assert [request.url.path for request in posts(wire)] == ["/api/v1/session/s/message/non-stream"]


async def test_a_host_without_answers_in_one_piece_was_not_asked() -> None:
    asked, _ = conversation(saying([]), httpx.Response(405))
    answer = await answer_to(asked, is_streaming=False)
    assert answer.failure is not None
    assert answer.failure.sentence == "This host only answers by streaming."
    assert asked.messages[0].status is MessageStatus.UNSENT


async def test_without_a_key_a_question_is_asked_though_no_history_is_shown() -> None:
    refused = httpx.Response(401, json={"error": "Unauthorized"})
    asked, wire = conversation(refused, streaming(b"Public."), refused, key=None)
    answer = await answer_to(asked)
    assert answer.text == "Public."
    assert len(posts(wire)) == 1
    assert all("authorization" not in request.headers for request in wire.requests)


async def test_a_page_of_a_proxy_in_place_of_an_answer_is_told() -> None:
    page = httpx.Response(
        502, headers={"content-type": "text/html"}, text="<html><title>Bad Gateway</title></html>"
    )
    asked, wire = conversation(saying([]), page, stored(response="Made all the same."))
    answer = await answer_to(asked)
    assert answer.text == "Made all the same."
    assert len(posts(wire)) == 1
