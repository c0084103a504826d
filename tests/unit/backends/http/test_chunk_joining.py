from __future__ import annotations

from itertools import pairwise

import h11
from hypothesis import example, given
from hypothesis import strategies as st

from tui.backends.http.chunk_joining import MAX_HEAD_BYTES, ChunkJoiner, is_chunked

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
REQUEST = h11.Request(method="POST", target="/", headers=[("host", "a")])


def read(pieces: list[bytes], joiner: ChunkJoiner | None) -> tuple[int, bytes, str]:
    """Return what a client makes of a response: how many parts, the body, and how it ended."""
    client = h11.Connection(h11.CLIENT)
    client.send(REQUEST)
    client.send(h11.EndOfMessage())
    if joiner is not None:
        joiner.expect_response()
    parts, body = 0, b""
    try:
        for piece in [*pieces, b""]:
            fed = piece if joiner is None else joiner.feed(piece)
            if piece and not fed:
                continue
            client.receive_data(fed)
            while (event := client.next_event()) is not h11.NEED_DATA:
                match event:
                    case h11.Data(data=data):
                        parts += 1
                        body += data
                    case h11.EndOfMessage() | h11.PAUSED:
                        return parts, body, "whole"
                    case _:
                        pass
    except h11.RemoteProtocolError:
        return parts, body, "refused"
    return parts, body, "more"


def chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    return b"".join(b"%x\r\n%b\r\n" % (len(each), each) for each in chunks) + end


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[begin:end] for begin, end in pairwise(edges)]


ANY_CHUNKS = st.lists(st.binary(min_size=1, max_size=20), max_size=12)
PLACES = st.lists(st.integers(0, 2_000), max_size=12)


def test_what_one_read_brings_is_one_chunk() -> None:
    data = HEAD + chunked(b"a", b"bc", b"def")
    joiner = ChunkJoiner()
    assert read([data], joiner) == (1, b"abcdef", "whole")
    assert (joiner.take_sizes(), joiner.chunks) == ([1, 2, 3], 3)
    assert joiner.take_sizes() == []


def test_it_is_known_when_the_last_chunk_has_come() -> None:
    joiner = ChunkJoiner()
    joiner.expect_response()
    for data, is_joining in ((HEAD, True), (b"1\r\na\r\n", True), (b"0\r\n\r\n", False)):
        joiner.feed(data)
        assert joiner.is_joining is is_joining
    joiner.expect_response()
    joiner.feed(HEAD + chunked(b"a"))
    assert not joiner.is_joining


def test_a_chunk_that_is_cut_is_read_as_far_as_it_came() -> None:
    joiner = ChunkJoiner()
    joiner.expect_response()
    assert joiner.feed(HEAD + b"5\r\nab") == HEAD + b"2\r\nab"
    assert joiner.feed(b"cde\r\n2\r\nfg\r\n") == b"\r\n5\r\ncdefg"
    assert joiner.feed(b"3") == b""
    assert joiner.feed(b"\r\nhij\r\n0\r\n\r\n") == b"\r\n3\r\nhij\r\n0\r\n\r\n"


@given(ANY_CHUNKS, PLACES, st.sampled_from([b"0\r\n\r\n", b"00\r\na: b\r\n\r\n", b""]))
def test_any_body_cut_anywhere_is_read_as_without_it(
    chunks: list[bytes], places: list[int], end: bytes
) -> None:
    pieces = cut(HEAD + chunked(*chunks, end=end), places)
    parts, *joined = read(pieces, ChunkJoiner())
    parts_before, *before = read(pieces, None)
    assert joined == before
    assert parts <= min(parts_before, len(pieces))


@given(
    ANY_CHUNKS,
    PLACES,
    st.lists(st.tuples(st.integers(0, 2_000), st.binary(max_size=3)), min_size=1, max_size=3),
)
@example([b"ab", b"cd"], [], [(3, b"x")])
@example([b"ab"], [5], [(4, b"")])
def test_what_is_wrong_is_refused_at_the_same_place_as_without_it(
    chunks: list[bytes], places: list[int], wrong: list[tuple[int, bytes]]
) -> None:
    data = chunked(*chunks)
    for place, other in wrong:
        at = place % (len(data) + 1)
        data = data[:at] + other + data[at + len(other) or 1 :]
    pieces = cut(HEAD + data, places)
    assert read(pieces, ChunkJoiner())[1:] == read(pieces, None)[1:]


@given(
    st.lists(
        st.sampled_from(
            [
                *(b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.0 200 OK\r\n"),
                *(
                    b"transfer-encoding: chunked\r\n",
                    b"content-length: 4\r\n",
                    b"a: b\r\n",
                    b"\r\n",
                ),
                *(b"transfer-encoding: gzip\r\n", b"HTTP/1.1 204 No\r\n", b"\n", b"x"),
                *(b"2\r\nab\r\n", b"1;a=b\r\nc\r\n", b"0\r\n\r\n", b"4\r\n"),
            ]
        ),
        max_size=9,
    ),
    PLACES,
)
def test_any_response_is_read_as_without_it(parts: list[bytes], places: list[int]) -> None:
    pieces = cut(b"".join(parts), places)
    assert read(pieces, ChunkJoiner())[1:] == read(pieces, None)[1:]


def test_what_follows_a_body_is_not_looked_at_until_another_response_is_expected() -> None:
    joiner = ChunkJoiner()
    whole = HEAD + chunked(b"a", b"b")
    for _ in range(2):
        assert read([whole], joiner) == (1, b"ab", "whole")
        assert joiner.feed(whole) == whole


def test_a_head_without_an_end_is_not_kept_without_bound() -> None:
    joiner = ChunkJoiner()
    joiner.expect_response()
    line = b"a: b\r\n" * 1_000
    for _ in range(MAX_HEAD_BYTES // len(line) + 2):
        assert joiner.feed(line) == line
    assert joiner.feed(HEAD + chunked(b"a", b"b")) == HEAD + chunked(b"a", b"b")


def test_only_a_body_that_is_in_chunks_and_nothing_else_is_taken_for_one() -> None:
    status = b"HTTP/1.1 200 OK\r\n"
    for fields, is_it in (
        (b"transfer-encoding: chunked", True),
        (b"a: b\r\nTRANSFER-ENCODING:\tChunked ", True),
        (b"transfer-encoding: gzip, chunked", False),
        (b"transfer-encoding: chunked\r\ntransfer-encoding: chunked", False),
        (b"content-length: 3", False),
        (b"a: b\ntransfer-encoding: c\r\ntransfer-encoding: chunked", False),
    ):
        assert is_chunked(status + fields) is is_it, fields
    assert not is_chunked(b"HTTP/1.1 103 Early\r\ntransfer-encoding: chunked")
    assert not is_chunked(b"HTTP/1.0 200 OK\r\ntransfer-encoding: chunked")


def test_the_chunks_of_each_response_are_counted_by_themselves() -> None:
    joiner = ChunkJoiner()
    for chunks in ([b"a", b"bc"], [b"d"], []):
        joiner.expect_response()
        joiner.feed(HEAD + chunked(*chunks))
        assert joiner.chunks == len(chunks)
