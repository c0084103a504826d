from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

import httpx
import pytest

from tests.fakes import present
from tests.tables import each_row
from tests.unit.backends.canned import BASE_URL, Wire, saying, telling
from tui.backends.gpt_trainer.backend import GptTrainer
from tui.backends.json_reading import MAX_MESSAGE_CHARS
from tui.errors import AnswerFailed, NotFound, NotOffered, RunnelError, ServerFailed
from tui.model import NotePart

MISSING = saying({"error": "Not found"}, 404)
RECORDS = saying([{"uuid": "u1", "query": "q"}, {"uuid": "u2", "query": "q"}])

Call = Callable[[GptTrainer], Callable[[], Awaitable[object]]]
CALLS: dict[str, Call] = {
    "session_deletion": lambda trainer: partial(
        present(trainer.session_deletion).delete_session, "s"
    ),
    "message_deletion": lambda trainer: partial(
        present(trainer.message_deletion).delete_messages, "s", ["u1"]
    ),
    "plain_texts": lambda trainer: partial(present(trainer.plain_texts).plain_text, "s"),
    "whole_answers": lambda trainer: partial(present(trainer.whole_answers).answer, "s", "b", "q"),
}


def backend(wire: Wire) -> GptTrainer:
    return GptTrainer(wire.client(), BASE_URL, telling("key-1234567890"))


@each_row("name", CALLS)
@each_row("status", [404, 405])
async def test_a_route_the_host_lacks_is_asked_for_once_and_its_ability_hidden(
    name: str, status: int
) -> None:
    wire = Wire(httpx.Response(status), RECORDS)
    trainer = backend(wire)
    call = CALLS[name](trainer)
    with pytest.raises(NotOffered) as first:
        await call()
    assert getattr(trainer, name) is None
    others = [each for each in CALLS if each != name]
    assert all(getattr(trainer, other) is not None for other in others)
    asked = len(wire.requests)
    with pytest.raises(NotOffered) as again:
        await call()
    assert len(wire.requests) == asked
    assert first.value.sentence == again.value.sentence
    assert first.value.sentence.startswith("This host ")


@pytest.mark.parametrize("name", ["session_deletion", "plain_texts", "whole_answers"])
async def test_a_missing_session_says_nothing_about_the_route(name: str) -> None:
    wire = Wire(MISSING)
    trainer = backend(wire)
    with pytest.raises(NotFound):
        await CALLS[name](trainer)()
    assert wire.paths[1:] == ["/api/v1/session/s"]
    assert getattr(trainer, name) is not None


@each_row("name", CALLS)
async def test_a_look_that_fails_decides_nothing(name: str) -> None:
    wire = Wire(MISSING, httpx.Response(500))
    trainer = backend(wire)
    with pytest.raises(ServerFailed):
        await CALLS[name](trainer)()
    assert getattr(trainer, name) is not None


@each_row("name", CALLS)
@each_row("status", [400, 401, 403, 429, 500])
async def test_any_other_failure_says_nothing_about_the_route(name: str, status: int) -> None:
    trainer = backend(Wire(httpx.Response(status, headers={"retry-after": "3600"})))
    with pytest.raises(RunnelError) as failed:
        await CALLS[name](trainer)()
    assert not isinstance(failed.value, NotOffered)
    assert getattr(trainer, name) is not None


async def test_the_api_says_what_it_can_do() -> None:
    trainer = backend(Wire(saying([])))
    can = trainer.capabilities
    assert (can.bot_noun, can.sessions_belong_to_bot, can.operators) == ("chatbot", True, True)
    assert (trainer.workflows, trainer.titles, trainer.sign_in) == (None, None, None)


@each_row(
    ("body", "text"),
    [
        (b"User: a\nAssistant: b\n\n", "User: a\nAssistant: b\n\n"),
        (b"", ""),
        (b"\xef\xbb\xbfUser: \xff\r\nAssistant: \x1b[2J", "User: \ufffd\nAssistant: ␛[2J"),
        (b'"User: a\\nAssistant: b"', "User: a\nAssistant: b"),
        (b'{"User": "a"}', '{"User": "a"}'),
        (b"42", "42"),
    ],
)
async def test_a_session_comes_written_out_as_safe_text(body: bytes, text: str) -> None:
    wire = Wire(httpx.Response(200, content=body))
    assert await present(backend(wire).plain_texts).plain_text("s/1") == text
    assert wire.paths == ["/api/v1/session/s%2F1/messages/plain-text"]


@pytest.mark.parametrize("body", [b"<!DOCTYPE html><title>x</title>", b' <HTML lang="en">'])
async def test_a_web_page_is_no_written_out_session(body: bytes) -> None:
    with pytest.raises(ServerFailed, match="a web page"):
        await present(backend(Wire(httpx.Response(200, content=body))).plain_texts).plain_text("s")


async def test_an_error_in_place_of_a_written_out_session_is_told() -> None:
    with pytest.raises(ServerFailed, match="did not export the session: Locked"):
        await present(backend(Wire(saying({"error": "Locked."}))).plain_texts).plain_text("s")


@pytest.mark.slow
async def test_a_written_out_session_is_cut_beyond_all_reason() -> None:
    wire = Wire(httpx.Response(200, content=b"x" * (MAX_MESSAGE_CHARS + 5)))
    assert len(await present(backend(wire).plain_texts).plain_text("s")) == MAX_MESSAGE_CHARS


@each_row("record", [{"response": ""}, {"response": None}, {}, {"response": 7}])
async def test_an_empty_answer_in_one_piece_is_an_answer_without_text(record: object) -> None:
    answer = await present(backend(Wire(saying(record))).whole_answers).answer("s", "b", "q")
    assert answer.text == ""
    assert [type(part) for part in answer.parts] == [NotePart]


@each_row(
    "record",
    [{"error": "Quota"}, {"error": {"message": "Quota"}}, {"error_message": "Quota"},
     {"response": "", "error_message": ["Quota"]}, {"response": None, "error": "Quota."}],
)  # fmt: skip
async def test_a_failure_with_a_status_of_success_is_a_failed_answer(record: object) -> None:
    wire = Wire(saying(record))
    with pytest.raises(AnswerFailed, match=r"^The server could not answer: Quota\.$"):
        await present(backend(wire).whole_answers).answer("s", "b", "q")
    assert len(wire.requests) == 1


@each_row("body", [b"<html>", b"[1]", b'"text"', b""])
async def test_an_answer_of_no_sense_is_told_and_not_asked_for_again(body: bytes) -> None:
    wire = Wire(httpx.Response(200, content=body))
    with pytest.raises(ServerFailed, match="could not read"):
        await present(backend(wire).whole_answers).answer("s", "b", "q")
    assert len(wire.requests) == 1
