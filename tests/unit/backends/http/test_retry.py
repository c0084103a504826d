from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from tests.tables import each_row
from tests.unit.backends.canned import BASE_URL, Answer, Pieces, Wire, saying
from tests.waiting import until
from tui.backends.http.credentials import Credentials
from tui.backends.http.exchange import exchange
from tui.backends.http.response import WholeResponse
from tui.backends.http.retry import repeated
from tui.backends.http.streams import open_stream
from tui.backends.traffic import Quota, Traffic, Waiting
from tui.errors import RateLimited, ServerFailed, StreamBroken, Unreachable
from tui.safe_text import SafeText

REFUSED = httpx.ConnectError("refused")
RESET = httpx.ReadError("reset")


class Patience:
    """A clock that moves by what is slept, and the waits it was asked for."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.waits: list[float] = []
        self.shown: list[Waiting | None] = []
        self.traffic = Traffic(lambda: self.now, sleep=self._sleep, jitter=lambda: 1.0)
        self.traffic.changed = lambda: self.shown.append(self.traffic.waiting)

    async def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


def failing(status: int, **headers: str) -> httpx.Response:
    return httpx.Response(status, headers={k.replace("_", "-"): v for k, v in headers.items()})


async def read(wire: Wire, traffic: Traffic, method: str = "GET") -> WholeResponse:
    async with wire.client() as client:
        return await exchange(client, method, BASE_URL, traffic=traffic)


@each_row(
    "trouble",
    [
        failing(429),
        failing(502),
        failing(503),
        failing(504),
        REFUSED,
        RESET,
        httpx.RemoteProtocolError("no answer"),
        httpx.ConnectTimeout("?"),
        httpx.Response(200, stream=Pieces(b"[1", httpx.RemoteProtocolError("cut"))),
    ],
)
async def test_a_read_that_fails_for_a_passing_reason_is_made_again(trouble: Answer) -> None:
    patience, wire = Patience(), Wire(trouble, saying([1]))
    assert (await read(wire, patience.traffic)).json() == [1]
    assert len(wire.requests) == 2
    assert patience.waits == [0.5]


@each_row("status", [400, 401, 403, 404, 405, 422, 500, 501])
async def test_a_read_that_fails_for_a_lasting_reason_is_not(status: int) -> None:
    patience, wire = Patience(), Wire(failing(status))
    assert (await read(wire, patience.traffic)).status == status
    assert len(wire.requests) == 1


@each_row("method", ["POST", "DELETE", "PUT"])
@each_row("trouble", [failing(429, retry_after="1"), failing(503), RESET, REFUSED])
async def test_what_changes_something_is_never_made_again(method: str, trouble: Answer) -> None:
    patience, wire = Patience(), Wire(trouble)
    with suppress(Unreachable):
        assert (await read(wire, patience.traffic, method)).failure is not None
    assert len(wire.requests) == 1
    assert patience.waits == []


async def test_a_stream_is_never_opened_again() -> None:
    for content in (b"{}", None):
        patience, wire = Patience(), Wire(failing(503))
        opened = open_stream(
            wire.client(),
            BASE_URL,
            credentials=Credentials(),
            accept="*/*",
            content=content,
            traffic=patience.traffic,
        )
        with pytest.raises(ServerFailed):
            await opened.__aenter__()
        assert len(wire.requests) == 1


async def test_who_has_no_patience_hears_of_the_first_failure() -> None:
    wire, patience = Wire(httpx.Response(503), httpx.Response(200, json=[1])), Patience()
    patience.traffic.is_patient = False
    assert (await read(wire, patience.traffic)).status == 503
    assert patience.shown == []


async def test_the_waits_grow_and_come_to_an_end() -> None:
    patience, wire = Patience(), Wire(failing(503))
    assert (await read(wire, patience.traffic)).status == 503
    assert patience.waits == [0.5, 1, 2, 4]
    assert len(wire.requests) == 5


async def test_the_last_loss_of_the_connection_is_raised() -> None:
    patience, wire = Patience(), Wire(REFUSED)
    with pytest.raises(Unreachable, match="Cannot reach"):
        await read(wire, patience.traffic)
    assert len(wire.requests) == 5


def test_the_waits_differ_from_client_to_client() -> None:
    factors = {Traffic().jitter() for _ in range(20)}
    assert len(factors) > 1
    assert all(0.5 <= each <= 1.5 for each in factors)


BUSY = [
    failing(429, retry_after="7"),
    failing(429, x_retry_after="7"),
    httpx.Response(429, json={"retryAfter": 7}),
    failing(429, x_ratelimit_remaining="0", x_ratelimit_reset="7"),
    failing(503, retry_after="7"),
]


@each_row("busy", BUSY)
async def test_the_wait_a_server_asks_for_is_kept(busy: httpx.Response) -> None:
    patience, wire = Patience(), Wire(busy, saying([]))
    assert (await read(wire, patience.traffic)).status == 200
    assert patience.waits == [7]


async def test_a_wait_until_a_date_or_a_time_of_day_is_kept() -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)
    reset = f"{time.time() + 20:.0f}"
    for busy in (
        failing(429, retry_after=date),
        failing(429, x_ratelimit_remaining="0", x_ratelimit_reset=reset),
    ):
        patience, wire = Patience(), Wire(busy, saying([]))
        await read(wire, patience.traffic)
        assert 10 < patience.waits[0] <= 21


@pytest.mark.parametrize("status", [429, 503])
async def test_a_longer_wait_than_our_patience_is_told_at_once(status: int) -> None:
    patience, wire = Patience(), Wire(failing(status, retry_after="31"))
    failure = (await read(wire, patience.traffic)).failure
    assert isinstance(failure, RateLimited if status == 429 else ServerFailed)
    assert failure.hint == "Wait 31 s, then try again."
    assert patience.waits == []


async def test_waits_together_are_no_longer_than_our_patience() -> None:
    patience, wire = Patience(), Wire(failing(429, retry_after="20"))
    failure = (await read(wire, patience.traffic)).failure
    assert isinstance(failure, RateLimited)
    assert patience.waits == [20]


async def test_slow_failures_count_as_waiting() -> None:
    patience = Patience()

    def slow(_: httpx.Request) -> httpx.Response:
        patience.now += 14
        raise httpx.ConnectTimeout("?")

    wire = Wire(slow)
    with pytest.raises(Unreachable):
        await read(wire, patience.traffic)
    assert len(wire.requests) == 3


async def test_the_wait_is_shown_while_it_lasts() -> None:
    patience, wire = Patience(), Wire(failing(503), failing(429), REFUSED, saying([]))
    await read(wire, patience.traffic)
    assert patience.shown == [
        Waiting(SafeText(reason), until_s, attempt, 5) if reason else None
        for reason, until_s, attempt in [
            ("HTTP 503", 1000.5, 2),
            ("", 0, 0),
            ("too many calls", 1001.5, 3),
            ("", 0, 0),
            ("connection lost", 1003.5, 4),
            ("", 0, 0),
        ]
    ]


async def test_of_several_waits_the_latest_is_shown_until_none_is_left() -> None:
    traffic = Traffic(lambda: 0)
    first, second = (Waiting(SafeText(each), 1, 2, 5) for each in ("first", "second"))
    with traffic.held_up(first):
        with traffic.held_up(second):
            assert traffic.waiting is second
        assert traffic.waiting is first
    assert traffic.waiting is None


async def test_a_wait_can_be_cancelled() -> None:
    wire = Wire(failing(503, retry_after="25"))
    traffic = Traffic()
    reading = asyncio.create_task(read(wire, traffic))
    await until(lambda: traffic.waiting is not None)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert traffic.waiting is None
    assert len(wire.requests) == 1


QUOTAS = [
    ({"x-ratelimit-limit": "100", "x-ratelimit-remaining": "20", "x-ratelimit-reset": "40"}, 40),
    ({"ratelimit-limit": "100", "ratelimit-remaining": "20", "ratelimit-reset": "40"}, 40),
    (
        {
            "ratelimit-limit": "100, 100;w=60",
            "ratelimit-remaining": "20",
            "ratelimit-reset": "40",
        },
        40,
    ),
]


@each_row(("headers", "reset_s"), QUOTAS)
@each_row("method", ["GET", "POST"])
async def test_the_quota_is_taken_from_every_answer(
    headers: dict[str, str], reset_s: float, method: str
) -> None:
    patience = Patience()
    await read(Wire(httpx.Response(200, headers=headers)), patience.traffic, method)
    assert patience.traffic.quota == Quota(100, 20, 1000 + reset_s)
    assert patience.traffic.quota.is_low
    patience.now += reset_s
    assert patience.traffic.quota is None


async def test_the_quota_is_taken_from_streams_too() -> None:
    patience = Patience()
    wire = Wire(httpx.Response(200, headers=QUOTAS[0][0], stream=Pieces(b"x")))
    opened = open_stream(
        wire.client(),
        BASE_URL,
        credentials=Credentials(),
        accept="*/*",
        content=b"{}",
        traffic=patience.traffic,
    )
    async with opened:
        assert patience.traffic.quota is not None


@each_row("limit", ["", "0", "many", "-5", "9" * 40])
async def test_a_quota_that_makes_no_sense_is_none(limit: str) -> None:
    headers = {**QUOTAS[0][0], "x-ratelimit-limit": limit}
    patience = Patience()
    await read(Wire(httpx.Response(200, headers=headers)), patience.traffic)
    assert patience.traffic.quota is None


async def test_a_reset_told_as_a_time_of_day_is_one() -> None:
    patience = Patience()
    headers = {**QUOTAS[0][0], "x-ratelimit-reset": f"{time.time() + 50:.0f}"}
    await read(Wire(httpx.Response(200, headers=headers)), patience.traffic)
    assert patience.traffic.quota is not None
    assert 1020 < patience.traffic.quota.resets_at <= 1051


async def test_only_what_is_not_urgent_waits_while_few_calls_are_left() -> None:
    patience, wire = Patience(), Wire(saying([]))
    patience.traffic.quota = Quota(100, 10, 1040)
    await read(wire, patience.traffic)
    assert patience.waits == []
    with patience.traffic.unhurried():
        await read(wire, patience.traffic)
        assert patience.waits == [40]
        # the quota was reset meanwhile
        await read(wire, patience.traffic)
    assert patience.waits == [40]
    patience.traffic.quota = Quota(100, 10, 9999)
    with patience.traffic.unhurried():
        await read(wire, patience.traffic)
    assert patience.waits == [40, 60]


async def test_what_is_not_urgent_does_not_wait_while_many_are_left() -> None:
    patience = Patience()
    patience.traffic.quota = Quota(100, 90, 1040)
    with patience.traffic.unhurried():
        await read(Wire(saying([])), patience.traffic)
    assert patience.waits == []


async def test_a_lost_connection_in_a_stream_is_no_reason_to_repeat_it() -> None:
    wire = Wire(httpx.Response(200, stream=Pieces(b"a", RESET)))
    async with wire.client() as client:
        opened = open_stream(
            client,
            BASE_URL,
            credentials=Credentials(),
            accept="*/*",
            content=b"{}",
            traffic=Traffic(),
        )
        with pytest.raises(StreamBroken):
            async with opened as body:
                await body.read()
    assert len(wire.requests) == 1


async def test_an_answer_that_means_success_is_not_searched_for_a_wait() -> None:
    class Success:
        status = 200
        size_bytes = 2

        @property
        def wait_s(self) -> float | None:
            raise AssertionError("a whole history would be read for words about waiting")

    async def attempt(_: int) -> Success:
        return Success()

    assert (await repeated(attempt, Patience().traffic)).status == 200
