from __future__ import annotations

import json
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import aclosing

import httpx
import pytest

from tests.unit.backends.canned import BASE_URL, Wire, telling
from tui.backends.base import Backend
from tui.backends.gpt_trainer.backend import GptTrainer
from tui.backends.hardwire.backend import HardWire
from tui.backends.http.requests import MAX_BODY_BYTES
from tui.backends.json_reading import MAX_MESSAGE_CHARS
from tui.errors import StreamBroken
from tui.events import TextDelta

FEW_BYTES = 4_000_000


class Endless(httpx.AsyncByteStream):
    """The same piece again and again, for as long as somebody takes it."""

    def __init__(self, piece: bytes) -> None:
        self._piece = piece
        self.taken_bytes = 0
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            self.taken_bytes += len(self._piece)
            yield self._piece

    async def aclose(self) -> None:
        self.closed = True


def signed_in(_: httpx.Request) -> httpx.Response:
    answer = {"user": {"id": "u1", "email": "me@x.example"}}
    return httpx.Response(200, json=answer, headers={"set-cookie": "session=abcdef"})


def gpt_trainer(body: Endless) -> Backend:
    answer = httpx.Response(200, headers={"content-type": "text/plain"}, stream=body)
    return GptTrainer(Wire(answer).client(), BASE_URL, telling("key-123456"))


def hardwire(body: Endless) -> Backend:
    answer = httpx.Response(200, headers={"content-type": "text/event-stream"}, stream=body)
    wire = Wire(lambda request: signed_in(request) if "sign-in" in str(request.url) else answer)
    return HardWire(wire.client(), BASE_URL, "me@x.example", telling("password-1"))


def event(**fields: str) -> bytes:
    return f"data: {json.dumps(fields)}\n\n".encode()


async def listen(backend: Backend) -> tuple[StreamBroken, int, int]:
    """Return how a stream broke, the characters that came, and the most memory that took."""
    chars = 0
    tracemalloc.start()
    try:
        async with aclosing(backend.stream("s", "bot", "q")) as events:
            async for each in events:
                chars += len(each.text) if isinstance(each, TextDelta) else 0
    except StreamBroken as broken:
        return broken, chars, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    raise AssertionError("the stream never ends")


TEXT = "words " * 5000
STREAMS = {
    "raw text": (gpt_trainer, TEXT.encode()),
    "one line": (gpt_trainer, b"x" * 65_536),
    "real": (hardwire, event(type="token", token=TEXT)),
    "documented": (hardwire, event(type="content", delta=TEXT)),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", STREAMS)
async def test_an_answer_without_end_is_cut_at_the_limit_in_bounded_memory(name: str) -> None:
    make, piece = STREAMS[name]
    body = Endless(piece)
    failure, chars, peak_bytes = await listen(make(body))
    assert "grew past 16 MB and was cut here" in failure.sentence
    assert chars == MAX_MESSAGE_CHARS
    assert body.closed
    assert peak_bytes < FEW_BYTES


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    [b": " + b"ping" * 15_000 + b"\n\n", event(type="weather", text=TEXT * 2)],
    ids=["pings", "unknown"],
)
async def test_a_stream_that_never_says_anything_is_given_up_in_bounded_memory(
    piece: bytes,
) -> None:
    body = Endless(piece)
    failure, chars, peak_bytes = await listen(hardwire(body))
    assert "too large" in failure.sentence
    assert chars == 0
    assert body.closed
    assert body.taken_bytes <= MAX_BODY_BYTES + len(piece)
    assert peak_bytes < FEW_BYTES
