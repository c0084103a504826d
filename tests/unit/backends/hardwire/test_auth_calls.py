from __future__ import annotations

import re
from typing import TypeVar

import httpx
import pytest

from tests.tables import each_row
from tests.unit.backends.hardwire.site import (
    CHECK,
    COOKIE,
    EMAIL,
    MODELS,
    PASSWORD,
    SIGN_IN,
    USER,
    Route,
    Site,
    giving,
    signing_in,
)
from tui.errors import AccessRefused, RateLimited, ServerFailed, Unreachable

T = TypeVar("T")


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


@each_row(
    ("answer", "kind", "words"),
    [
        (giving({"code": "INVALID_EMAIL_OR_PASSWORD", "message": "x"}, 401), AccessRefused,
         "e-mail and password"),
        (giving({"code": "EMAIL_NOT_VERIFIED", "message": "x"}, 403), AccessRefused,
         "not verified"),
        (giving({"code": "INVALID_ORIGIN", "message": "x"}, 403), AccessRefused, "rejects"),
        (giving({"code": "MISSING_OR_NULL_ORIGIN"}, 403), AccessRefused, "rejects"),
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


async def test_too_many_sign_ins_say_how_long_to_wait_in_the_way_of_the_auth_routes() -> None:
    def slow(_: httpx.Request) -> httpx.Response:
        return httpx.Response(429, text="Too many requests.", headers={"x-retry-after": "9"})

    site = Site({SIGN_IN: slow})
    with pytest.raises(RateLimited) as refused:
        await site.backend().bots()
    assert refused.value.retry_after_s == 9
    assert len(site.asked(SIGN_IN)) == 1


@pytest.mark.parametrize(
    ("base_url", "origin"),
    [
        ("http://127.0.0.1:3026", "http://127.0.0.1:3026"),
        ("https://lab.example/chat", "https://lab.example"),
        ("https://lab.example:8443", "https://lab.example:8443"),
    ],
)
async def test_the_origin_is_that_of_the_address_as_configured(base_url: str, origin: str) -> None:
    prefix = base_url.partition("//")[2].partition("/")[2]
    start = f"/{prefix}" if prefix else ""
    site = Site({f"POST {start}/api/auth/sign-in/email": signing_in})
    site.routes[f"GET {start}/api/models"] = giving({"models": []})
    await site.backend(base_url).bots()
    assert site.requests[0].headers["origin"] == origin


async def test_a_sign_in_without_an_answer_means_that_nothing_was_sent() -> None:
    def silent(_: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("?")

    with pytest.raises(Unreachable) as told:
        await anext(Site({SIGN_IN: silent}).backend().stream("c", "m", "q"))
    assert told.value.sent is False


async def test_who_we_are_is_what_the_session_check_says() -> None:
    site = Site({CHECK: giving({"session": {}, "user": {"name": "Me\x1b", "email": EMAIL}})})
    identity = await site.backend().identify()
    assert (identity.name, identity.detail) == ("Me␛", EMAIL)
    assert "cookie" in site.asked(CHECK)[0].headers
    with pytest.raises(AccessRefused, match="then lost it"):
        await Site({CHECK: giving(None)}).backend().identify()
    older = Site({CHECK: lambda _: httpx.Response(404)})
    assert (await older.backend().identify()).name == "Me"
