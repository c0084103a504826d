from __future__ import annotations

import asyncio
import json
import re
import uuid
from collections.abc import Callable
from contextlib import aclosing

import httpx
import pytest

from tests.unit.backends.canned import BASE_URL, Pieces, telling
from tui.backends.hardwire import MAX_SEND_BYTES, HardWire
from tui.backends.http import build_client
from tui.errors import (
    AccessRefused,
    AnswerFailed,
    BadInput,
    NotFound,
    RateLimited,
    ServerFailed,
    StreamBroken,
    Unreachable,
)
from tui.events import Completed, Started, TextDelta
from tui.model import Role
from tui.safe_text import clean

EMAIL = "me@example.com"
PASSWORD = "correct horse"
COOKIE = "better-auth.session_token=abc.d%2Be%2Ff%3D%3D"
USER = {"id": "U" * 32, "name": "Me", "email": EMAIL}

Route = Callable[[httpx.Request], httpx.Response]


def signing_in(request: httpx.Request) -> httpx.Response:
    headers = [("set-cookie", f"{COOKIE}; Path=/; HttpOnly; SameSite=Lax"),
               ("set-cookie", "old=; Max-Age=0")]  # fmt: skip
    return httpx.Response(200, json={"token": "t", "user": USER}, headers=headers)


def giving(value: object, status: int = 200) -> Route:
    return lambda _: httpx.Response(status, json=value)


class Site:
    """Answers by method and path; a path it does not know is a fault of the test."""

    def __init__(self, routes: dict[str, Route | list[Route]] | None = None) -> None:
        self.routes: dict[str, Route | list[Route]] = {
            "POST /api/auth/sign-in/email": signing_in,
            **(routes or {}),
        }
        self.requests: list[httpx.Request] = []

    def backend(self, base_url: str = BASE_URL) -> HardWire:
        client = build_client(base_url, wrap_transport=lambda _: httpx.MockTransport(self._answer))
        return HardWire(client, base_url, EMAIL, telling(PASSWORD))

    def asked(self, route: str) -> list[httpx.Request]:
        return [each for each in self.requests if f"{each.method} {each.url.path}" == route]

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        # others get a turn, as they would on a real wire
        await asyncio.sleep(0)
        route = self.routes[f"{request.method} {request.url.path}"]
        if isinstance(route, list):
            route = route.pop(0) if len(route) > 1 else route[0]
        return route(request)


SIGN_IN = "POST /api/auth/sign-in/email"
MODELS = "GET /api/models"
CHATS = f"GET /api/users/{USER['id']}/chats"
MESSAGES = "GET /api/chats/c/messages"
SEND = "POST /api/chats/c/messages"
STREAM = "POST /api/chats/c/messages/stream"


async def test_signs_in_once_for_any_number_of_calls() -> None:
    site = Site({MODELS: giving({"models": []})})
    backend = site.backend()
    assert site.requests == []
    await asyncio.gather(*(backend.bots() for _ in range(5)))
    assert len(site.asked(SIGN_IN)) == 1
    assert len(site.asked(MODELS)) == 5
    sign_in = site.asked(SIGN_IN)[0]
    assert json.loads(sign_in.content) == {"email": EMAIL, "password": PASSWORD}
    assert sign_in.headers["origin"] == "http://localhost:3026"
    assert "cookie" not in sign_in.headers


async def test_the_cookie_goes_back_byte_for_byte() -> None:
    site = Site({MODELS: giving({"models": []})})
    await site.backend().bots()
    raw = dict(site.asked(MODELS)[0].headers.raw)
    assert raw[b"Cookie" if b"Cookie" in raw else b"cookie"] == COOKIE.encode()


async def test_of_two_cookies_of_one_name_the_later_is_sent() -> None:
    def twice(_: httpx.Request) -> httpx.Response:
        headers = [("set-cookie", "a=1; Path=/"), ("set-cookie", "b=2"), ("set-cookie", "a=3")]
        return httpx.Response(200, json={"user": USER}, headers=headers)

    site = Site({SIGN_IN: twice, MODELS: giving({"models": []})})
    await site.backend().bots()
    assert site.asked(MODELS)[0].headers["cookie"] == "a=3; b=2"


async def test_a_secure_cookie_is_sent_too() -> None:
    def secure(_: httpx.Request) -> httpx.Response:
        cookie = f"__Secure-{COOKIE}; Path=/; Secure; HttpOnly; Domain=elsewhere.example"
        return httpx.Response(200, json={"data": {"user": USER}}, headers={"set-cookie": cookie})

    site = Site({SIGN_IN: secure, MODELS: giving({"models": []})})
    await site.backend().bots()
    assert site.asked(MODELS)[0].headers["cookie"] == f"__Secure-{COOKIE}"


async def test_a_call_that_finds_us_signed_out_signs_in_again_once() -> None:
    site = Site({MODELS: [giving({}, 401), giving({"models": [{"id": "m"}]})]})
    assert [bot.id for bot in await site.backend().bots()] == ["m"]
    assert len(site.asked(SIGN_IN)) == 2
    always = Site({MODELS: giving({"message": "no", "code": "UNAUTHORIZED"}, 401)})
    with pytest.raises(AccessRefused):
        await always.backend().bots()
    assert len(always.asked(MODELS)) == 2


async def test_calls_that_are_signed_out_together_share_one_new_sign_in() -> None:
    site = Site({MODELS: [*[giving({}, 401)] * 4, giving({"models": []})]})
    backend = site.backend()
    await asyncio.gather(*(backend.bots() for _ in range(4)))
    assert len(site.asked(SIGN_IN)) == 2


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (giving({"code": "INVALID_EMAIL_OR_PASSWORD", "message": "x"}, 401), AccessRefused,
         "e-mail and password"),
        (giving({"code": "EMAIL_NOT_VERIFIED", "message": "x"}, 403), AccessRefused,
         "not verified"),
        (giving({"code": "INVALID_ORIGIN", "message": "x"}, 403), AccessRefused, "does not trust"),
        (giving({"code": "MISSING_OR_NULL_ORIGIN"}, 403), AccessRefused, "does not trust"),
        (giving({"message": "banned"}, 403), AccessRefused, "banned"),
        (lambda _: httpx.Response(401), AccessRefused, "e-mail and password"),
        (giving({"code": "INVALID_EMAIL", "message": "Invalid email"}, 400), AccessRefused,
         "e-mail and password: Invalid email."),
        (lambda _: httpx.Response(404), ServerFailed, "no HardWire sign-in"),
        (lambda _: httpx.Response(500), ServerFailed, "HTTP 500"),
        (lambda _: httpx.Response(429, text="slow", headers={"x-retry-after": "9"}), RateLimited,
         "Too many"),
        (lambda _: httpx.Response(200, json={"user": USER}), ServerFailed, "no cookie"),
        (lambda _: httpx.Response(200, json={"user": {}}), ServerFailed, "no user id"),
        (lambda _: httpx.Response(200, text="<html>"), ServerFailed, "web page"),
    ],
)  # fmt: skip
async def test_every_refused_sign_in_says_why(
    answer: Route, kind: type[Exception], words: str
) -> None:
    site = Site({SIGN_IN: answer})
    with pytest.raises(kind, match=re.escape(words)) as refused:
        await site.backend().identify()
    assert PASSWORD not in f"{refused.value!r}"


async def test_a_sign_in_without_an_answer_means_that_nothing_was_sent() -> None:
    def silent(_: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("?")

    with pytest.raises(Unreachable) as told:
        await anext(Site({SIGN_IN: silent}).backend().stream("c", "m", "q"))
    assert told.value.sent is False


async def test_who_we_are_is_what_the_session_check_says() -> None:
    check = "GET /api/auth/get-session"
    site = Site({check: giving({"session": {}, "user": {"name": "Me\x1b", "email": EMAIL}})})
    identity = await site.backend().identify()
    assert (identity.name, identity.detail) == ("Me␛", EMAIL)
    assert "cookie" in site.asked(check)[0].headers
    with pytest.raises(AccessRefused, match="forgot"):
        await Site({check: giving(None)}).backend().identify()
    older = Site({check: lambda _: httpx.Response(404)})
    assert (await older.backend().identify()).name == "Me"


@pytest.mark.parametrize("wrapped", [True, False])
async def test_models_come_wrapped_or_not(wrapped: bool) -> None:
    models: object = {"models": [{"id": "a/b", "name": "AB", "provider": "P"}, {"name": "x"}, 7]}
    site = Site({MODELS: giving({"data": models} if wrapped else models)})
    (bot,) = await site.backend().bots()
    assert (bot.id, bot.name, bot.detail) == ("a/b", "AB", "P")


async def test_the_preferred_model_is_the_servers() -> None:
    preference = f"GET /api/users/{USER['id']}/model-preference"
    for answer, preferred in (
        (giving({"data": {"userId": "u", "modelId": "m"}}), "m"),
        (giving({"modelId": None}), ""),
        (giving({}, 404), ""),
    ):
        assert await Site({preference: answer}).backend().preferred_bot() == preferred


@pytest.mark.parametrize("answer", [{}, {"data": {}}, {"error": "Busy"}, {"chats": None}, [], None])
async def test_an_answer_without_its_list_is_no_empty_list(answer: object) -> None:
    site = Site({MODELS: giving(answer), CHATS: giving(answer), MESSAGES: giving(answer)})
    for call in (site.backend().bots(), site.backend().sessions("m"), site.backend().messages("c")):
        with pytest.raises(ServerFailed, match="makes no sense"):
            await call


def chat(name: str, day: int) -> dict[str, object]:
    return {"id": name, "title": None, "updatedAt": f"2024-01-{day:02}T00:00:00.1+00:00"}


def paged(chats: list[dict[str, object]], *, total: bool, most: int = 1000) -> Route:
    def page(request: httpx.Request) -> httpx.Response:
        limit, offset = (int(request.url.params[key]) for key in ("limit", "offset"))
        rows = chats[offset : offset + min(limit, most)]
        told: dict[str, object] = {"chats": [row for row in rows if row.get("id") != "hidden"]}
        return httpx.Response(200, json=told | ({"total": len(chats)} if total else {}))

    return page


async def test_chats_are_read_to_the_last_page() -> None:
    chats = [chat(f"c{number}", 1 + number % 28) for number in range(250)]
    with_total = Site({CHATS: paged(chats, total=True, most=40)})
    assert len(await with_total.backend().sessions("m")) == 250
    without = Site({CHATS: paged(chats, total=False)})
    assert len(await without.backend().sessions("m")) == 250
    assert len(without.asked(CHATS)) == 4


async def test_a_short_page_is_not_the_last() -> None:
    chats = [chat("hidden" if number % 3 else f"c{number}", 1) for number in range(300)]
    site = Site({CHATS: paged(chats, total=False)})
    assert len(await site.backend().sessions("m")) == 100


async def test_a_server_that_pays_no_heed_to_paging_is_asked_no_more_than_twice() -> None:
    for count, calls in ((30, 2), (150, 1)):
        chats = {"chats": [chat(f"c{number}", 1) for number in range(count)]}
        site = Site({CHATS: giving(chats)})
        assert len(await site.backend().sessions("m")) == count
        assert len(site.asked(CHATS)) == calls


async def test_chats_come_newest_first_with_title_and_first_words() -> None:
    chats = [
        chat("old", 1),
        chat("new", 9) | {"title": "A\x1b title", "snippet": "first\n\n" + "long " * 20_000},
        {"id": "undated", "title": "U"},
        {"title": "no id"},
        None,
    ]
    site = Site({CHATS: giving({"data": {"chats": chats, "total": 5}})})
    sessions = await site.backend().sessions("m")
    assert [session.id for session in sessions] == ["new", "old", "undated"]
    assert sessions[0].title == "A␛ title"
    assert sessions[0].preview.startswith("first long long")
    assert len(sessions[0].preview) <= 500
    assert sessions[1].title == ""


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
    assert [message.role for message in messages] == [Role.SYSTEM, Role.USER, Role.ASSISTANT]
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
    await backend.delete_session("c")
    with pytest.raises(NotFound):
        await backend.delete_session("c")


def framed(*events: object) -> list[bytes]:
    return [f"data: {json.dumps(event)}\n\n".encode() for event in events]


def events_of(*pieces: bytes | Exception, media_type: str = "text/event-stream") -> Route:
    headers = {"content-type": media_type}
    return lambda _: httpx.Response(200, headers=headers, stream=Pieces(*pieces))


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


@pytest.mark.parametrize(
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
    answer = await site.backend().answer("c", "m", "q")
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
        await Site({SEND: giving(reply, 201)}).backend().answer("c", "m", "q")


async def test_the_whole_body_counts_for_the_limit() -> None:
    site = Site({SEND: giving({"response": MESSAGE}, 201)})
    backend = site.backend()
    around = len(json.dumps({"content": "", "modelId": "m", "userId": USER["id"]},
                            separators=(",", ":")))  # fmt: skip
    await backend.answer("c", "m", "x" * (MAX_SEND_BYTES - around))
    assert len(site.asked(SEND)[0].content) == MAX_SEND_BYTES
    for over in ("x" * (MAX_SEND_BYTES - around + 1), "\n" * 60_000, "é" * 60_000):
        with pytest.raises(BadInput, match="102,400"):
            await backend.answer("c", "m", over)
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
        backend.answer("c", "m", "q"),
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
        backend.answer("c", "m", "q"),
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
