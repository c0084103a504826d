from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable
from contextlib import aclosing
from itertools import count

import httpcore
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tables import each_row
from tests.unit.backends.canned import BASE_URL, Pieces
from tui.backends.http.client import build_client
from tui.backends.http.credentials import NOBODY, Credentials
from tui.backends.http.exchange import exchange
from tui.backends.http.streams import open_stream
from tui.errors import RunnelError
from tui.tapes.wire import Answered, Arrived, Asked, End, Ended, Told, Wire, WireEvent, WireLog

SECRET = "sk-0123456789"
KEY = Credentials({"authorization": f"Bearer {SECRET}"}, (SECRET,))


def events_of(log: WireLog) -> tuple[WireEvent, ...]:
    return tuple(each for each in log.told() if isinstance(each, WireEvent))


def ticking() -> Callable[[], float]:
    ticks = count(1.0)
    return lambda: next(ticks)


@pytest.fixture
def log() -> WireLog:
    return WireLog()


def client_of(log: WireLog, answer: Callable[[httpx.Request], object]) -> httpx.AsyncClient:
    wire = Wire(log, clock=ticking())
    transport = httpx.MockTransport(answer)  # type: ignore[arg-type]
    return build_client(BASE_URL, wrap_transport=lambda _: transport, wire=wire)


async def test_a_call_is_told_from_its_request_to_its_end(log: WireLog) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        headers = {"content-type": "text/plain", "retry-after": "3", "set-cookie": "a=b"}
        return httpx.Response(200, headers=headers, stream=Pieces(b"one ", b"two"))

    async with (
        client_of(log, answer) as client,
        open_stream(
            client,
            f"{BASE_URL}/x?y=1",
            credentials=KEY,
            accept="*/*",
            content=b"{}",
            session_id="s",
        ) as body,
    ):
        assert await body.read() == b"one two"
    assert events_of(log) == (
        Asked(1, 1.0, "POST", "/x?y=1", "s", b"{}"),
        Answered(1, 2.0, 200, "text/plain", (("retry-after", "3"),)),
        Arrived(1, 3.0, b"one "),
        Arrived(1, 4.0, b"two"),
        Ended(1, 5.0, End.WHOLE),
    )


def refused() -> Exception:
    error = httpx.ConnectError("no")
    error.__cause__ = ExceptionGroup("", [ConnectionRefusedError()])
    return error


def cut_below() -> Exception:
    error = httpx.ReadError("cut")
    error.__cause__ = httpcore.ReadError("cut")
    error.__cause__.__cause__ = ConnectionResetError()
    return error


ENDS = {
    "whole": ([b"x"], (End.WHOLE, ())),
    "broken": ([b"x", httpx.ReadError("cut")], (End.BROKEN, ("ReadError",))),
    "broken below": ([cut_below()], (End.BROKEN, ("ReadError", "ConnectionResetError"))),
    "unanswered": (
        refused(),
        (End.UNANSWERED, ("ConnectError", "ExceptionGroup", "ConnectionRefusedError")),
    ),
}


@pytest.mark.parametrize("name", ENDS)
async def test_how_a_call_ended_is_told_once_with_what_it_failed_with(
    name: str, log: WireLog
) -> None:
    given, (how, errors) = ENDS[name]

    def answer(_: httpx.Request) -> httpx.Response:
        if isinstance(given, Exception):
            raise given
        return httpx.Response(200, stream=Pieces(*given))  # type: ignore[misc]

    failed = False
    async with client_of(log, answer) as client:
        try:
            await exchange(client, "GET", f"{BASE_URL}/x", credentials=KEY)
        except RunnelError:
            failed = True
    assert failed is (how is not End.WHOLE)
    ended = [each for each in events_of(log) if isinstance(each, Ended)]
    assert [(each.how, each.errors) for each in ended] == [(how, errors)]


async def test_a_stream_that_is_closed_and_a_request_that_is_cancelled_were_left(
    log: WireLog,
) -> None:
    asked, never = asyncio.Event(), asyncio.Event()

    async def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/never":
            asked.set()
            await never.wait()
        return httpx.Response(200, stream=Pieces(b"a", b"b"))

    async with client_of(log, answer) as client:
        async with (
            open_stream(client, f"{BASE_URL}/x", credentials=NOBODY, accept="*/*") as body,
            aclosing(body.chunks()) as chunks,
        ):
            assert await anext(chunks) == b"a"
        waiting = asyncio.create_task(exchange(client, "GET", f"{BASE_URL}/never"))
        await asked.wait()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    assert [each.how for each in events_of(log) if isinstance(each, Ended)] == [End.LEFT] * 2


async def test_nothing_of_a_sign_in_is_told_but_that_there_was_one(log: WireLog) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"token": SECRET})

    async with client_of(log, answer) as client:
        content = b'{"password":"%s"}' % SECRET.encode()
        received = await exchange(
            client, "POST", f"{BASE_URL}/auth", credentials=KEY, content=content, is_private=True
        )
    assert received.json() == {"token": SECRET}
    assert SECRET not in repr(events_of(log))
    assert [type(each) for each in events_of(log)] == [Asked, Answered, Ended]


async def test_what_is_compressed_is_told_as_it_reads(log: WireLog) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        packed = gzip.compress(b"plain")
        return httpx.Response(200, headers={"content-encoding": "gzip"}, stream=Pieces(packed))

    async with client_of(log, answer) as client:
        assert (await exchange(client, "GET", f"{BASE_URL}/x")).content == b"plain"
    assert b"".join(each.data for each in events_of(log) if isinstance(each, Arrived)) == b"plain"


def arrivals(sizes: list[int]) -> list[WireEvent]:
    return [Arrived(1, float(at_s), b"x" * size) for at_s, size in enumerate(sizes)]


@each_row(
    ("sizes", "kept"),
    [([], 0), ([10], 1), ([400] * 10, 3), ([5_000], 0), ([5_000, 10], 1), ([0] * 20, 10)],
)
def test_a_log_keeps_the_last_within_its_bounds(sizes: list[int], kept: int) -> None:
    log = WireLog(max_bytes=2_000, max_age_s=15)
    events = arrivals(sizes)
    for event in events:
        log.add(event)
    assert events_of(log) == tuple(events[len(events) - kept :])
    assert log.added == len(events)


def test_what_is_too_old_is_let_go() -> None:
    log = WireLog(max_age_s=10)
    for at_s in (0.0, 5.0, 12.0):
        log.add(Arrived(1, at_s, b""))
    assert [each.at_s for each in events_of(log)] == [5.0, 12.0]


def test_who_listens_hears_events_for_as_long_as_they_want() -> None:
    heard: list[Told] = []
    wire = Wire()
    first, second = arrivals([1, 2])
    with wire.heard_by(heard.append):
        wire.tell(first)
    wire.tell(second)
    assert heard == [first]


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 900)), max_size=60))
def test_of_a_call_that_goes_on_the_request_and_the_head_are_kept(
    pieces: list[tuple[int, int]],
) -> None:
    log = WireLog(max_bytes=4_000)
    heads = {
        call: (Asked(call, 0.0, "GET", "/", "s", b""), Answered(call, 0.0, 200, "", ()))
        for call in range(1, 5)
    }
    for call, both in heads.items():
        for each in both:
            log.add(each)
        if call == 1:
            log.add(Ended(1, 0.0, End.WHOLE))
    sent: dict[int, list[bytes]] = {call: [] for call in heads}
    for call, size in pieces:
        data = bytes(size)
        sent[call].append(data)
        log.add(Arrived(call, 1.0, data))
    for call, both in heads.items():
        kept = [each for each in events_of(log) if each.call == call]
        came = [each.data for each in kept if isinstance(each, Arrived)]
        assert came == sent[call][len(sent[call]) - len(came) :]
        assert (call in log.cut_calls) is (len(came) < len(sent[call]))
        if call != 1:
            assert tuple(kept[:2]) == both
    for call in heads:
        log.add(Ended(call, 2.0, End.LEFT))
    log.add(Arrived(9, 3.0, bytes(3_700)))
    assert [each.call for each in events_of(log)] == [9]
    assert not log.cut_calls


def test_what_came_since_is_told_as_far_as_it_is_kept() -> None:
    log = WireLog(max_bytes=2_000)
    seen = 0
    told: list[Told] = []
    for number in range(40):
        log.add(Arrived(1, float(number), b"x"))
        if number % 3 == 0:
            told += log.told_since(seen)
            seen = log.added
    assert [each.at_s for each in told] == [float(number) for number in range(40)]
    assert log.told_since(seen) == ()
    assert log.told_since(0) == log.told()
