from __future__ import annotations

import json
import uuid
from contextlib import aclosing
from datetime import UTC, datetime

import httpx
import pytest

from tests.fakes import present
from tests.tables import each_row
from tests.unit.backends.canned import Pieces
from tests.unit.backends.hardwire.site import (
    CHATS,
    COOKIE,
    MESSAGES,
    MODELS,
    PASSWORD,
    SEND,
    SIGN_IN,
    STREAM,
    USER,
    Site,
    events_of,
    framed,
    giving,
)
from tui.backends.hardwire.backend import HardWire
from tui.backends.hardwire.questions import MAX_SEND_BYTES
from tui.backends.json_reading import MAX_MESSAGE_CHARS
from tui.errors import (
    AccessRefused,
    AnswerFailed,
    BadInput,
    NotFound,
    NotOffered,
    ServerFailed,
    StreamBroken,
)
from tui.events import Completed, Started, TextDelta
from tui.model import NotePart, Role
from tui.safe_text import clean


@pytest.mark.parametrize("wrapped", [True, False])
async def test_models_come_wrapped_or_not(wrapped: bool) -> None:
    models: object = {"models": [{"id": "a/b", "name": "AB", "provider": "P"}, {"name": "x"}, 7]}
    site = Site({MODELS: giving({"data": models} if wrapped else models)})
    (bot,) = await site.backend().bots()
    assert (bot.id, bot.name, bot.detail) == ("a/b", "AB", "P")


@each_row("answer", [{}, {"data": {}}, {"error": "Busy"}, {"chats": None}, [], None])
async def test_an_answer_without_its_list_is_no_empty_list(answer: object) -> None:
    site = Site({MODELS: giving(answer), CHATS: giving(answer), MESSAGES: giving(answer)})
    for call in (site.backend().bots(), site.backend().sessions("m"), site.backend().messages("c")):
        with pytest.raises(ServerFailed, match="could not read"):
            await call


async def test_a_new_session_costs_no_call() -> None:
    site = Site()
    session = await site.backend().create_session("m")
    assert uuid.UUID(session.id).version == 4
    assert session.id == session.id.lower()
    assert site.requests == []


async def test_messages_of_every_role_are_read() -> None:
    records = [
        {"id": "1", "role": "system", "content": "Be kind."},
        {"id": "2", "role": "user", "content": "?", "createdAt": "2024-01-01T00:00:00Z"},
        {"role": "user", "content": "no id"},
        {"id": "3", "role": "assistant", "content": "!", "sources": [{"url": "https://x.y"}]},
    ]
    site = Site({MESSAGES: giving({"messages": records})})
    messages = await site.backend().messages("c")
    roles = [Role.SYSTEM, Role.USER, Role.USER, Role.ASSISTANT]
    assert [message.role for message in messages] == roles
    assert [message.text for message in messages] == ["Be kind.", "?", "no id", "!"]
    assert str(site.asked(MESSAGES)[0].url).endswith("/api/chats/c/messages")


async def test_an_empty_chat_is_told_from_no_chat() -> None:
    def refusing(body: object) -> HardWire:
        return Site({MESSAGES: giving(body, 404)}).backend()

    for empty in ({"code": "MESSAGES_NOT_FOUND", "message": "m", "clientMessage": "c"},
                  {"error": "MESSAGES_NOT_FOUND", "message": "m"}):  # fmt: skip
        assert await refusing(empty).messages("c") == []
    for missing in ({"code": "CHAT_NOT_FOUND", "message": "m"}, {"error": "x"}, {}, None):
        with pytest.raises(NotFound):
            await refusing(missing).messages("c")


@pytest.mark.parametrize("status", [200, 204])
async def test_a_chat_is_deleted(status: int) -> None:
    delete = "DELETE /api/chats/c"
    body = b"" if status == 204 else b'{"success": true}'
    site = Site({delete: [lambda _: httpx.Response(status, content=body), giving({}, 404)]})
    backend = site.backend()
    await present(backend.session_deletion).delete_session("c")
    with pytest.raises(NotFound):
        await present(backend.session_deletion).delete_session("c")


async def test_a_model_is_sent_by_the_very_name_the_server_gives_it() -> None:
    slug = "provider/model-5.2:free @x"
    done = events_of(*framed({"type": "end"}))
    site = Site({MODELS: giving({"models": [{"id": slug}]}), STREAM: done})
    backend = site.backend()
    (bot,) = await backend.bots()
    async with aclosing(backend.stream("c", bot.id, "q")) as events:
        assert [event async for event in events] == [Completed()]
    assert json.loads(site.asked(STREAM)[0].content)["modelId"] == slug


async def test_the_question_goes_out_with_three_keys() -> None:
    site = Site({STREAM: events_of(*framed({"type": "content", "delta": "x"}, {"type": "end"}))})
    async with aclosing(site.backend().stream("c", "m", " q\n")) as events:
        assert [event async for event in events] == [TextDelta(clean("x")), Completed()]
    (request,) = site.asked(STREAM)
    assert json.loads(request.content) == {"content": " q\n", "modelId": "m", "userId": USER["id"]}
    assert request.headers["accept"] == "text/event-stream"
    assert request.headers["content-type"] == "application/json"


async def test_a_send_turned_away_for_want_of_a_sign_in_goes_out_again() -> None:
    answer = events_of(*framed({"type": "start", "messageId": "m1"}, {"type": "end"}))
    site = Site({STREAM: [giving({}, 401), answer]})
    async with aclosing(site.backend().stream("c", "m", "q")) as events:
        assert await anext(events) == Started("m1")
    assert len(site.asked(STREAM)) == len(site.asked(SIGN_IN)) == 2


async def test_no_other_send_is_repeated() -> None:
    for status in (403, 404, 409, 429, 500, 503):
        site = Site({STREAM: giving({}, status)})
        with pytest.raises((AccessRefused, NotFound, ServerFailed)):
            await anext(site.backend().stream("c", "m", "q"))
        assert len(site.asked(STREAM)) == 1


@each_row(
    "pieces",
    [
        (),
        (*framed({"type": "token", "token": "a"}),),
        (*framed({"type": "token", "token": "a"}), httpx.ReadError("?")),
        (*framed({"type": "token", "token": "a"}), b'data: {"type":"comp'),
        (*framed({"type": "token", "token": "a"}), b"data: [DONE]\n\n"),
    ],
)
async def test_a_stream_without_an_end_is_broken(pieces: tuple[bytes | Exception, ...]) -> None:
    site = Site({STREAM: events_of(*pieces)})
    async with aclosing(site.backend().stream("c", "m", "q")) as events:
        if pieces:
            assert await anext(events) == TextDelta(clean("a"))
        with pytest.raises(StreamBroken):
            await anext(events)


async def test_nothing_is_read_after_the_end() -> None:
    body = Pieces(*framed({"type": "end", "messageId": "m"}), b"data: {broken\n\n", b"more")
    headers = {"content-type": "text/event-stream"}
    site = Site({STREAM: lambda _: httpx.Response(200, headers=headers, stream=body)})
    async with aclosing(site.backend().stream("c", "m", "q")) as events:
        assert [event async for event in events] == [Completed("m")]
    assert body.taken == 1
    assert body.closed


async def test_a_web_page_instead_of_a_stream_is_broken() -> None:
    site = Site({STREAM: events_of(b"<!doctype html><p>hello", media_type="text/html")})
    with pytest.raises(StreamBroken):
        await anext(site.backend().stream("c", "m", "q"))


async def test_the_whole_body_counts_for_the_limit() -> None:
    message = {"id": "m1", "role": "assistant", "content": "whole"}
    site = Site({SEND: giving({"response": message}, 201)})
    backend = site.backend()
    around = len(json.dumps({"content": "", "modelId": "m", "userId": USER["id"]},
                            separators=(",", ":")))  # fmt: skip
    await present(backend.whole_answers).answer("c", "m", "x" * (MAX_SEND_BYTES - around))
    assert len(site.asked(SEND)[0].content) == MAX_SEND_BYTES
    for over in ("x" * (MAX_SEND_BYTES - around + 1), "\n" * 60_000, "é" * 60_000):
        with pytest.raises(BadInput, match="102,400"):
            await present(backend.whole_answers).answer("c", "m", over)
        with pytest.raises(BadInput, match="102,400"):
            await anext(backend.stream("c", "m", over))
    assert len(site.asked(SEND)) == 1


async def test_without_a_model_nothing_is_sent() -> None:
    site = Site()
    with pytest.raises(BadInput, match="model"):
        await anext(site.backend().stream("c", "", "q"))
    assert site.requests == []


async def test_no_word_of_ours_holds_password_or_cookie() -> None:
    echo = f"{PASSWORD} {COOKIE} abc.d+e/f=="
    site = Site({MODELS: giving({"message": echo}, 500), SEND: giving({"message": echo}, 403),
                 STREAM: giving({"message": echo}, 500)})  # fmt: skip
    backend = site.backend()
    told = [repr(backend)]
    for call in (
        backend.bots(),
        present(backend.whole_answers).answer("c", "m", "q"),
        anext(backend.stream("c", "m", "q")),
    ):
        with pytest.raises((ServerFailed, AccessRefused)) as raised:
            await call
        told += [repr(raised.value), raised.value.hint]
    told_late = Site({STREAM: events_of(*framed({"type": "error", "message": echo})),
                      SEND: giving({"error": {"message": echo}}, 201),
                      MODELS: giving({"message": echo})})  # fmt: skip
    backend = told_late.backend()
    for late in (
        backend.bots(),
        present(backend.whole_answers).answer("c", "m", "q"),
        anext(backend.stream("c", "m", "q")),
    ):
        with pytest.raises((ServerFailed, AnswerFailed), match="•••") as raised_late:
            await late
        told += [repr(raised_late.value), raised_late.value.sentence]
    refused = Site({SIGN_IN: giving({"message": f"wrong: {PASSWORD}"}, 403)})
    with pytest.raises(AccessRefused) as refusal:
        await refused.backend().bots()
    told.append(repr(refusal.value))
    for secret in (PASSWORD, "abc.d%2Be%2Ff%3D%3D", "abc.d+e/f=="):
        assert secret not in " ".join(told)


async def test_a_host_that_cannot_delete_is_asked_once() -> None:
    site = Site({"DELETE /api/chats/c": lambda _: httpx.Response(405)})
    backend = site.backend()
    session_deletion = present(backend.session_deletion)
    for _ in range(2):
        with pytest.raises(NotOffered, match="delete sessions"):
            await session_deletion.delete_session("c")
    assert backend.session_deletion is None
    assert len(site.requests) == 2


@pytest.mark.parametrize("asked_at", ["2025-01-01T00:00:00.272Z", "2025-01-01T00:00:00.271Z"])
async def test_a_question_stands_above_its_answer_however_fast_that_was(asked_at: str) -> None:
    newest_first = [
        {"id": "a", "role": "assistant", "content": "!", "createdAt": "2025-01-01T00:00:00.272Z"},
        {"id": "q", "role": "user", "content": "?", "createdAt": asked_at},
    ]
    site = Site({MESSAGES: giving({"data": {"messages": newest_first}})})
    assert [each.id for each in await site.backend().messages("c")] == ["q", "a"]


@pytest.mark.slow
async def test_a_message_beyond_reason_is_cut_with_a_note() -> None:
    record = {"id": "1", "role": "assistant", "content": "x" * (MAX_MESSAGE_CHARS + 5)}
    (message,) = await Site({MESSAGES: giving({"messages": [record]})}).backend().messages("c")
    assert len(message.text) == MAX_MESSAGE_CHARS
    assert isinstance(message.parts[-1], NotePart)


async def test_extra_missing_and_odd_fields_of_messages_do_no_harm() -> None:
    records = [
        {"id": "1", "role": "user", "content": None, "extra": {"deep": []}},
        {"id": "2", "role": 7, "content": ["x"], "sources": "none", "createdAt": 5},
        {"id": "3", "role": "tool", "content": "result", "sources": [None, {}, {"url": 1}]},
        {"id": 4, "role": "assistant", "content": "a", "createdAt": "2025-01-01T00:00:00.1Z"},
        "no object",
    ]
    messages = (
        await Site({MESSAGES: giving({"data": {"messages": records}})}).backend().messages("c")
    )
    assert [message.id for message in messages] == ["1", "2", "3", "4"]
    assert [message.text for message in messages] == ["", "", "result", "a"]
    assert messages[2].role is Role.SYSTEM
    assert messages[3].created_at == datetime(2025, 1, 1, 0, 0, 0, 100_000, tzinfo=UTC)
