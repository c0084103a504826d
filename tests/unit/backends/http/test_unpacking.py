from __future__ import annotations

import functools
import gzip
import itertools
import tracemalloc
import zlib
from collections.abc import Awaitable, Callable

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz import FUZZ
from tests.tables import each_row
from tests.unit.backends.canned import BASE_URL, Pieces, Wire
from tui.backends.http.credentials import Credentials
from tui.backends.http.exchange import exchange
from tui.backends.http.streams import open_stream
from tui.errors import NotFound, RunnelError, ServerFailed, StreamBroken

BOMB_BYTES = 1_000_000_000


@functools.cache
def bomb(wbits: int) -> bytes:
    """Return a megabyte that unpacks to a gigabyte; where it ends, the check sum is missing."""
    packer = zlib.compressobj(9, zlib.DEFLATED, wbits)
    zeros = bytes(10_000_000)
    # a full flush leaves nothing that what follows could refer to: it may stand there repeatedly
    first, again = (packer.compress(zeros) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    return first + again * (BOMB_BYTES // len(zeros) - 1)


def gzip_bomb() -> bytes:
    return bomb(31)


def deflate_bomb() -> bytes:
    return bomb(15)


def packed(coding: str, *pieces: bytes, status: int = 200) -> Wire:
    headers = {"content-encoding": coding, "content-type": "text/plain"}
    return Wire(lambda _: httpx.Response(status, headers=headers, stream=Pieces(*pieces)))


async def read(wire: Wire) -> bytes:
    async with wire.client() as client:
        received = await exchange(client, "GET", BASE_URL)
        if received.failure is not None:
            raise received.failure
        return received.content


async def streamed(wire: Wire) -> bytes:
    async with (
        wire.client() as client,
        open_stream(
            client, BASE_URL, credentials=Credentials(), content=b"{}", accept="*/*"
        ) as body,
    ):
        return await body.read()


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[start:end] for start, end in itertools.pairwise(edges)]


@settings(max_examples=40 * FUZZ)
@given(
    members=st.lists(st.binary(max_size=200), min_size=1, max_size=4),
    places=st.lists(st.integers(0, 2_000), max_size=6),
)
async def test_any_gzip_in_any_pieces_is_read_as_it_was_before(
    members: list[bytes], places: list[int]
) -> None:
    pieces = cut(b"".join(gzip.compress(each) for each in members), places)
    for coding in ("gzip", "X-GZIP", "identity, gzip"):
        assert await read(packed(coding, *pieces)) == b"".join(members)
    assert await streamed(packed("gzip", *pieces)) == b"".join(members)


@pytest.mark.parametrize(
    ("coding", "packed_body"),
    # each process collects this, and one of them makes a bomb
    [
        ("gzip, gzip", lambda: gzip.compress(gzip_bomb())),
        ("gzip,gzip,gzip", lambda: gzip.compress(gzip.compress(gzip_bomb()))),
        ("identity, gzip, gzip", lambda: gzip.compress(gzip_bomb())),
        ("deflate", deflate_bomb),
        ("deflate, gzip", lambda: gzip.compress(deflate_bomb())),
        ("br", lambda: b"\x0b\x02\x80hello\x03"),
        ("zstd", lambda: b"\x28\xb5\x2f\xfd\x04\x00"),
        ("compress", lambda: b"\x1f\x9d\x90"),
        ("no-such-coding", lambda: b"hello"),
    ],
    ids=[*"012345678"[:9]],
)
async def test_what_is_packed_in_a_way_nobody_asked_for_is_refused_by_its_name(
    coding: str, packed_body: Callable[[], bytes]
) -> None:
    body = packed_body()
    with pytest.raises(ServerFailed) as refused:
        await read(packed(coding, body))
    name = coding.removeprefix("identity, ").replace(",", ", ").replace(",  ", ", ")
    assert f"({name})" in refused.value.sentence
    with pytest.raises(StreamBroken, match="in an unexpected way"):
        await streamed(packed(coding, body))
    # a failure says enough by its status
    with pytest.raises(NotFound):
        await read(packed(coding, body, status=404))


async def test_an_empty_body_may_claim_any_coding() -> None:
    assert await read(packed("br, gzip")) == b""
    assert await read(packed("gzip")) == b""


@pytest.mark.slow
@each_row("status", [200, 500])
@each_row("way", [read, streamed])
async def test_a_bomb_is_given_up_within_a_bounded_memory(
    way: Callable[[Wire], Awaitable[bytes]], status: int
) -> None:
    wire = packed("gzip", gzip_bomb(), status=status)
    tracemalloc.start()
    try:
        with pytest.raises(RunnelError):
            await way(wire)
        assert tracemalloc.get_traced_memory()[1] < 200_000_000
    finally:
        tracemalloc.stop()


async def test_what_is_cut_is_damaged() -> None:
    whole = gzip.compress(b"x" * 1_000)
    for end in range(1, len(whole)):
        with pytest.raises(ServerFailed, match="damaged"):
            await read(packed("gzip", whole[:end]))
    with pytest.raises(StreamBroken, match="damaged"):
        await streamed(packed("gzip", whole[:-1]))


async def test_no_more_than_gzip_is_asked_for() -> None:
    wire = Wire(httpx.Response(200))
    await read(wire)
    assert wire.requests[0].headers["accept-encoding"] == "gzip"
