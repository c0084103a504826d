from __future__ import annotations

import httpx
import pytest
from starlette.responses import PlainTextResponse

from tests.plain_http import PLAIN
from tests.unit.server.conftest import signed_in
from tui.server import DEMO_EMAIL, DEMO_KEY, DEMO_PASSWORD, Dialect, EmbeddedServer
from tui.server.hardwire.rate_limit import WINDOW_S, RateLimit

GOOD = {"email": DEMO_EMAIL, "password": DEMO_PASSWORD}


def numbers(response: httpx.Response) -> list[int]:
    fields = ("limit", "remaining", "reset")
    return [int(response.headers[f"x-ratelimit-{field}"]) for field in fields]


def test_every_answer_tells_how_many_calls_are_left() -> None:
    with EmbeddedServer(pace=0, rate_limit=10) as server, signed_in(server) as client:
        limit, remaining, reset_s = numbers(client.get("/models"))
        assert (limit, remaining) == (10, 8)
        assert 0 < reset_s <= 60
        assert numbers(client.get("/nowhere"))[1] == 7
        with client.stream("GET", "/models") as stream:
            assert numbers(stream)[1] == 6


@pytest.mark.parametrize("dialect", list(Dialect))
def test_one_call_too_many_is_429_and_says_how_long_to_wait(dialect: Dialect) -> None:
    server = EmbeddedServer(pace=0, rate_limit=3, dialect=dialect)
    with server, signed_in(server) as client:
        for _ in range(2):
            assert client.get("/models").status_code == 200
        refused = client.get("/models")
        assert refused.status_code == 429
        assert refused.json()["retryAfter"] == int(refused.headers["retry-after"]) > 0
        assert "RATE_LIMIT_EXCEEDED" in refused.text
        assert numbers(refused)[1] == 0
        check = client.get("/auth/get-session")
        assert check.status_code == 429
        assert check.headers["content-type"].startswith("text/plain")
        assert int(check.headers["x-retry-after"]) > 0
        assert "retry-after" not in check.headers


def test_signing_in_is_refused_long_before() -> None:
    with EmbeddedServer(pace=0, rate_limit=10) as server:
        url = f"{server.url}/api/auth/sign-in/email"
        answers = [httpx.post(url, json=GOOD, trust_env=False, verify=PLAIN) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert answers[-1].headers["x-retry-after"]
        assert numbers(answers[-1])[1] == 6


def test_the_other_api_and_a_server_without_a_limit_count_nothing(hardwire: httpx.Client) -> None:
    assert "x-ratelimit-limit" not in hardwire.get("/models").headers
    with EmbeddedServer(pace=0, rate_limit=1) as server:
        headers = {"Authorization": f"Bearer {DEMO_KEY}"}
        for _ in range(3):
            answer = httpx.get(
                f"{server.url}/api/v1/chatbots", headers=headers, trust_env=False, verify=PLAIN
            )
            assert answer.status_code == 200
            assert "x-ratelimit-limit" not in answer.headers


async def test_a_minute_later_the_calls_are_counted_anew_for_each_address() -> None:
    seconds = [0.0]
    limit = RateLimit(1, lambda: {"error": "X"}, clock=lambda: seconds[-1])
    app = limit.around(PlainTextResponse("fine"))

    async def status(address: str) -> int:
        transport = httpx.ASGITransport(app, client=(address, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            return (await client.get("/models")).status_code

    assert [await status("10.0.0.1"), await status("10.0.0.1")] == [200, 429]
    assert await status("10.0.0.2") == 200
    seconds.append(WINDOW_S - 1)
    assert await status("10.0.0.1") == 429
    seconds.append(WINDOW_S)
    assert await status("10.0.0.1") == 200
