from __future__ import annotations

from contextlib import aclosing

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import present
from tests.tables import each_row
from tests.unit.backends.canned import BASE_URL, Answer, Pieces, Wire, saying, streaming, telling
from tui.backends.gpt_trainer.backend import GptTrainer
from tui.errors import (
    AccessRefused,
    AnswerFailed,
    BadInput,
    NotFound,
    NotOffered,
    ServerFailed,
    StreamBroken,
    Unreachable,
)
from tui.events import Completed, Started, TextDelta
from tui.safe_text import clean

KEY = "key-1234567890"


def backend(wire: Wire, key: str | None = KEY) -> GptTrainer:
    return GptTrainer(wire.client(), BASE_URL, telling(key) if key is not None else None)


async def streamed(*answers: Answer) -> str:
    trainer = backend(Wire(*answers))
    async with aclosing(trainer.stream("s", "b", "q")) as events:
        collected = [event async for event in events]
    assert collected[0] == Started()
    assert collected[-1] == Completed()
    return "".join(event.text for event in collected if isinstance(event, TextDelta))


async def test_calls_carry_the_key_which_is_asked_for_once() -> None:
    asked = []

    async def token() -> str:
        asked.append(1)
        return f" {KEY}\n"

    wire = Wire(saying([]))
    trainer = GptTrainer(wire.client(), BASE_URL, token)
    assert not asked
    await trainer.bots()
    await trainer.bots()
    assert len(asked) == 1
    assert wire.requests[1].headers["authorization"] == f"Bearer {KEY}"
    assert wire.paths == ["/api/v1/chatbots"] * 2


async def test_who_we_are_is_told_by_host_and_number_of_chatbots() -> None:
    identity = await backend(Wire(saying([{"uuid": "b", "name": "B"}]))).identify()
    assert (identity.name, identity.detail) == ("key accepted, 1 chatbot", "")


async def test_chatbots_keep_their_order_and_broken_ones_are_left_out() -> None:
    listed = [{"uuid": "b", "name": "B\x1b"}, {"name": "no id"}, None, {"uuid": "a"}]
    bots = await backend(Wire(saying(listed))).bots()
    assert [(bot.id, bot.name) for bot in bots] == [("b", "B␛"), ("a", "a")]


async def test_no_chatbot_is_preferred_and_nobody_is_asked() -> None:
    wire = Wire(saying([]))
    assert await backend(wire).preferred_bot() == ""
    assert not wire.requests


async def test_sessions_come_newest_first_by_their_last_change() -> None:
    listed = [
        {"uuid": "none"},
        {"uuid": "old", "created_at": "2024-01-01T00:00:00Z"},
        {"uuid": "changed", "created_at": "2023-01-01T00:00:00Z",
         "modified_at": "2024-03-01T00:00:00.5Z"},
        {"uuid": "new", "created_at": "2024-02-01T00:00:00Z", "modified_at": None},
    ]  # fmt: skip
    wire = Wire(saying(listed))
    sessions = await backend(wire).sessions("b/1")
    assert [session.id for session in sessions] == ["changed", "new", "old", "none"]
    assert wire.paths == ["/api/v1/chatbot/b%2F1/sessions"]


async def test_a_session_is_made_by_the_server() -> None:
    wire = Wire(saying({"uuid": "s1", "created_at": "2024-01-01T00:00:00Z"}))
    assert (await backend(wire).create_session("b")).id == "s1"
    assert wire.paths == ["/api/v1/chatbot/b/session/create"]
    with pytest.raises(ServerFailed, match="no uuid"):
        await backend(Wire(saying({}))).create_session("b")
    with pytest.raises(BadInput, match="chatbot"):
        await backend(wire).create_session("")


async def test_deleting_tells_a_missing_session_from_a_missing_route() -> None:
    missing = httpx.Response(404, json={"error": "Not found"})
    await present(backend(Wire(saying({"success": True}))).session_deletion).delete_session("s")
    with pytest.raises(NotFound):
        await present(backend(Wire(missing)).session_deletion).delete_session("s")
    with pytest.raises(NotOffered):
        await present(
            backend(Wire(missing, saying({"uuid": "s"}))).session_deletion
        ).delete_session("s")
    with pytest.raises(NotOffered):
        await present(backend(Wire(httpx.Response(405))).session_deletion).delete_session("s")
    with pytest.raises(ServerFailed):
        await present(backend(Wire(saying({"success": False}))).session_deletion).delete_session(
            "s"
        )


@each_row("answer", [{}, None, "text", 7, {"error": "Session is locked"}])
async def test_an_answer_of_another_shape_makes_no_sense(answer: object) -> None:
    trainer = backend(Wire(saying(answer)))
    with pytest.raises(ServerFailed, match="could not read"):
        await trainer.messages("s")
    with pytest.raises(ServerFailed):
        await trainer.bots()


async def test_the_question_goes_out_alone_and_as_it_is() -> None:
    wire = Wire(streaming(b"ok"))
    async with aclosing(backend(wire).stream("s", "b", " a\n\ud83d ")) as events:
        assert [event async for event in events]
    assert wire.sent() == {"query": " a\n\ufffd "}
    assert wire.paths == ["/api/v1/session/s/message/stream"]


@given(st.lists(st.binary(max_size=6), max_size=12))
async def test_any_bytes_in_any_pieces_give_the_text_they_are_whole(pieces: list[bytes]) -> None:
    whole = b"".join(pieces).decode("utf-8", "replace")
    assert await streamed(streaming(*pieces)) == clean(whole)


async def test_raw_text_is_no_lines_no_json_and_no_events() -> None:
    text = 'data: x\n\n42\r\nnull\u2028{"response": 1}\x85[DONE]\n\n \U0001f600'.encode()
    for size in (1, 2, 3, 7):
        pieces = [text[start : start + size] for start in range(0, len(text), size)]
        assert await streamed(streaming(*pieces)) == clean(text.decode())


async def test_text_comes_out_as_it_comes_in() -> None:
    body = Pieces(b"one ", b"two ")
    trainer = backend(Wire(httpx.Response(200, stream=body)))
    async with aclosing(trainer.stream("s", "b", "q")) as events:
        assert await anext(events) == Started()
        assert await anext(events) == TextDelta(clean("one "))
        assert body.taken == 1
    assert body.closed


async def test_an_empty_body_is_an_answer_without_text() -> None:
    assert await streamed(streaming()) == ""


async def test_a_body_called_events_is_read_as_events() -> None:
    framed = streaming(
        b"data: one\n\n: x\n\ndata:  two\ndata: three\n\ndata: [DONE]\n\n",
        media_type="Text/Event-Stream; charset=latin-1",
    )
    assert await streamed(framed) == "one two\nthree"


@each_row(
    ("body", "text"),
    [
        (b'{"response": "a\\n"}', "a\n"),
        (b'{"response": ""}', ""),
        (b'{"response": null}', ""),
        (b'{"response": 42}', '{"response": 42}'),
        (b'"text"', "text"),
        (b"plain after all", "plain after all"),
        (b"42", "42"),
        (b"[1, 2]", "[1, 2]"),
    ],
)
async def test_a_body_called_json_is_read_as_json(body: bytes, text: str) -> None:
    assert await streamed(streaming(body, media_type="application/json")) == text


async def test_an_error_in_a_body_called_json_is_a_failed_answer() -> None:
    with pytest.raises(AnswerFailed, match="The server could not answer: Quota used up"):
        await streamed(streaming(b'{"error": "Quota used up."}', media_type="application/json"))


async def test_an_error_of_any_shape_in_a_body_called_json_is_a_failed_answer() -> None:
    for body in (b'{"error": {"message": "Quota"}}', b'{"error": ["Quota"], "response": null}'):
        with pytest.raises(AnswerFailed, match="Quota"):
            await streamed(streaming(body, media_type="application/json"))


async def test_a_stream_that_breaks_keeps_what_came() -> None:
    trainer = backend(Wire(streaming(b"part", httpx.ReadError("?"))))
    async with aclosing(trainer.stream("s", "b", "q")) as events:
        assert await anext(events) == Started()
        assert await anext(events) == TextDelta(clean("part"))
        with pytest.raises(StreamBroken):
            await anext(events)


async def test_a_send_is_never_repeated() -> None:
    for answer in (httpx.ReadError("?"), httpx.ConnectError("?"), httpx.Response(503)):
        wire = Wire(answer)
        with pytest.raises((Unreachable, ServerFailed)):
            async with aclosing(backend(wire).stream("s", "b", "q")) as events:
                await anext(events)
        assert len(wire.requests) == 1


async def test_an_answer_in_one_piece_is_a_message() -> None:
    wire = Wire(saying({"response": "whole"}))
    answer = await present(backend(wire).whole_answers).answer("s", "b", "q")
    assert answer.text == "whole"
    assert answer.id.startswith("local-")
    assert wire.paths == ["/api/v1/session/s/message/non-stream"]
    for failed in ({"error": "No"}, {"response": "", "error_message": "No"}):
        with pytest.raises(AnswerFailed, match="No"):
            await present(backend(Wire(saying(failed))).whole_answers).answer("s", "b", "q")


async def test_without_a_key_nothing_is_claimed_and_a_refusal_says_what_is_missing() -> None:
    wire = Wire(streaming(b"public"), httpx.Response(401, json={"error": "Unauthorized"}))
    trainer = backend(wire, key=None)
    async with aclosing(trainer.stream("s", "b", "q")) as events:
        assert [event async for event in events]
    assert "authorization" not in wire.requests[0].headers
    with pytest.raises(AccessRefused, match="no API key") as refused:
        await trainer.bots()
    assert "runnel login" in refused.value.hint
    assert refused.value.exit_code == 3


async def test_no_word_of_ours_holds_the_key() -> None:
    wire = Wire(httpx.Response(401, text=f"{KEY} is wrong"))
    client = wire.client()
    trainer = GptTrainer(client, BASE_URL, telling(KEY))
    with pytest.raises(AccessRefused) as refused:
        await trainer.bots()
    with pytest.raises(AccessRefused) as stream_refused:
        await anext(trainer.stream("s", "b", "q"))
    told = [refused.value, refused.value.hint, stream_refused.value, trainer, client]
    said = {"error": f"Key {KEY} is used up"}
    late = backend(Wire(saying(said)))
    for call in (
        late.bots(),
        late.sessions("b"),
        late.messages("s"),
        present(late.whole_answers).answer("s", "b", "q"),
        streamed(saying(said)),
    ):
        with pytest.raises((ServerFailed, AnswerFailed), match="•••") as raised:
            await call
        told += [raised.value, raised.value.sentence]
    assert KEY not in " ".join(f"{each!r} {each}" for each in told)
