from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.plain_http import PLAIN, plain_client
from tests.tables import each_row
from tui.server import DEMO_EMAIL, DEMO_PASSWORD, UNVERIFIED_EMAIL, EmbeddedServer

SIGN_IN = "/auth/sign-in/email"
GOOD = {"email": DEMO_EMAIL, "password": DEMO_PASSWORD}


@pytest.fixture
def stranger(documented: EmbeddedServer) -> Iterator[httpx.Client]:
    with plain_client(base_url=f"{documented.url}/api") as client:
        yield client


def cookie_of(response: httpx.Response) -> str:
    return response.headers["set-cookie"].partition(";")[0]


def test_signs_in_with_a_cookie_that_must_come_back_byte_for_byte(stranger: httpx.Client) -> None:
    response = stranger.post(SIGN_IN, json=GOOD)
    assert response.status_code == 200
    assert response.json()["user"]["email"] == DEMO_EMAIL
    assert len(response.json()["user"]["id"]) == 32
    cookie = cookie_of(response)
    assert cookie.startswith("better-auth.session_token=")
    assert all(escape in cookie for escape in ("%2B", "%2F", "%3D"))

    stranger.cookies.clear()
    kept = stranger.get("/models", headers={"Cookie": cookie})
    decoded = stranger.get("/models", headers={"Cookie": cookie.replace("%2B", "+")})
    assert (kept.status_code, decoded.status_code) == (200, 401)


@each_row(
    ("body", "status", "code"),
    [
        ({"email": DEMO_EMAIL, "password": "wrong"}, 401, "INVALID_EMAIL_OR_PASSWORD"),
        ({"email": "who@x.example", "password": "x"}, 401, "INVALID_EMAIL_OR_PASSWORD"),
        ({"email": UNVERIFIED_EMAIL, "password": DEMO_PASSWORD}, 403, "EMAIL_NOT_VERIFIED"),
        ({"email": UNVERIFIED_EMAIL, "password": "wrong"}, 401, "INVALID_EMAIL_OR_PASSWORD"),
        ({"email": DEMO_EMAIL}, 400, "VALIDATION_ERROR"),
    ],
)
def test_says_why_a_sign_in_is_refused(
    stranger: httpx.Client, body: dict[str, str], status: int, code: str
) -> None:
    response = stranger.post(SIGN_IN, json=body)
    assert response.status_code == status
    assert response.json()["code"] == code
    assert "set-cookie" not in response.headers


def test_malformed_json_is_500_with_an_empty_body(stranger: httpx.Client) -> None:
    response = stranger.post(SIGN_IN, content=b'{"email":')
    assert (response.status_code, response.content) == (500, b"")


def test_both_spellings_of_the_own_address_are_trusted(
    documented: EmbeddedServer, stranger: httpx.Client
) -> None:
    localhost = documented.url.replace("127.0.0.1", "localhost")
    for origin in (documented.url, localhost):
        headers = {"Origin": origin, "Cookie": "other=1"}
        assert stranger.post(SIGN_IN, json=GOOD, headers=headers).status_code == 200


@each_row(
    ("headers", "code"),
    [
        ({"Origin": "https://elsewhere.example"}, "INVALID_ORIGIN"),
        ({"Origin": "http://localhost:1", "Cookie": "a=b"}, "INVALID_ORIGIN"),
        ({"Cookie": "a=b"}, "MISSING_OR_NULL_ORIGIN"),
        ({"Cookie": "a=b", "Origin": "null"}, "MISSING_OR_NULL_ORIGIN"),
    ],
)
def test_a_post_from_elsewhere_is_refused(
    stranger: httpx.Client, headers: dict[str, str], code: str
) -> None:
    for path in (SIGN_IN, "/auth/sign-out"):
        response = stranger.post(path, json=GOOD, headers=headers)
        assert response.status_code == 403
        assert response.json()["code"] == code


def test_the_session_check_tells_who_and_sends_the_cookie_again(hardwire: httpx.Client) -> None:
    response = hardwire.get("/auth/get-session")
    assert response.json()["user"]["email"] == DEMO_EMAIL
    assert response.json()["session"]["userId"] == response.json()["user"]["id"]
    assert "Max-Age=604800" in response.headers["set-cookie"]
    assert "set-cookie" not in hardwire.get("/models").headers


def test_nobody_signed_in_is_200_null(stranger: httpx.Client) -> None:
    response = stranger.get("/auth/get-session")
    assert (response.status_code, response.text) == (200, "null")
    assert stranger.get("/auth/session").status_code == 404


def test_signing_out_ends_the_session(documented: EmbeddedServer, hardwire: httpx.Client) -> None:
    cookie = {"Cookie": "; ".join(f"{name}={value}" for name, value in hardwire.cookies.items())}
    assert hardwire.post("/auth/sign-out").json() == {"success": True}
    assert (
        httpx.get(
            f"{documented.url}/api/models", headers=cookie, trust_env=False, verify=PLAIN
        ).status_code
        == 401
    )


def test_a_bearer_token_does_not_sign_in(stranger: httpx.Client) -> None:
    token = stranger.post(SIGN_IN, json=GOOD).json()["token"]
    stranger.cookies.clear()
    response = stranger.get("/models", headers={"Authorization": f"Bearer {token}"})
    assert response.status_code == 401
    assert response.json() == {"error": "UNAUTHORIZED", "message": "You are not signed in"}


def test_seven_days_without_a_session_check_sign_out() -> None:
    days = [datetime(2025, 3, 1, tzinfo=UTC)]
    with EmbeddedServer(pace=0, now=lambda: days[-1]) as server:
        base_url = f"{server.url}/api"
        with plain_client(base_url=base_url, headers={"Origin": server.url}) as client:
            cookie = {"Cookie": cookie_of(client.post(SIGN_IN, json=GOOD))}
            client.cookies.clear()
            days.append(days[-1] + timedelta(days=6))
            assert client.get("/auth/get-session", headers=cookie).json() is not None
            client.cookies.clear()
            days.append(days[-1] + timedelta(days=6))
            assert client.get("/models", headers=cookie).status_code == 200
            days.append(days[-1] + timedelta(days=2))
            assert client.get("/models", headers=cookie).status_code == 401
            assert client.get("/auth/get-session", headers=cookie).json() is None
