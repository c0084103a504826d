"""Chunks of a response joined before HTTP is read: one for what one read of the socket brings."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

MAX_HEAD_BYTES = 65_536
_HEAD_END = b"\r\n\r\n"
_LINE_END = b"\r\n"
# as a chunk of no bytes is the last one, what is behind it is not looked at
_FIRST = re.compile(rb"([0-9A-Fa-f]{1,20})\r\n"), re.compile(rb"[0-9A-Fa-f]{0,20}\r?")
_NEXT = (
    re.compile(rb"\r\n([0-9A-Fa-f]{1,20})\r\n"),
    re.compile(rb"\r?|\r\n[0-9A-Fa-f]{0,20}\r?"),
)
"""What stands before a chunk, and what may be the beginning of that."""


class ChunkJoiner:
    """Writes the chunks of a body anew, joined; nothing else of what it is fed changes.

    A server that writes each token at once makes a chunk of it, and each goes through six layers
    of libraries. Where chunks begin and end means nothing. What is no plain chunk comes through as
    it is, with all behind it, to be read or refused as ever.

    Source: RFC 9112, section 7.1.
    """

    def __init__(self) -> None:
        self._read: Callable[[bytes], bytes] = _as_it_is
        self._head = bytearray()
        self._before_chunk = _FIRST
        self._begun = b""
        """The beginning of what stands before a chunk."""
        self._left_bytes = 0
        """Of the chunk that is being read."""
        self._has_joined = False
        """The end of the last chunk that was handed on is still to be written."""
        self._sizes: list[int] = []
        self.chunks = 0
        """How many came of the response until now."""

    @property
    def is_joining(self) -> bool:
        """More chunks are to come."""
        return self._read == self._read_chunks

    def expect_response(self) -> None:
        """Take what comes next for the head of a response."""
        self._head.clear()
        self._read, self.chunks = self._read_head, 0

    def feed(self, data: bytes) -> bytes:
        """Return what is to be read in place of `data`; nothing where more must come before."""
        return self._read(data)

    def take_sizes(self) -> Sequence[int]:
        """Return how many bytes each of the chunks had that were joined last, or the part of it."""
        sizes, self._sizes = self._sizes, []
        return sizes

    def _read_head(self, data: bytes) -> bytes:
        before = len(self._head)
        self._head += data
        end = self._head.find(_HEAD_END, max(0, before - len(_HEAD_END)))
        if end < 0 and len(self._head) <= MAX_HEAD_BYTES:
            return data
        self._read = _as_it_is
        if end < 0 or not is_chunked(bytes(self._head[:end])):
            return data
        self._read = self._read_chunks
        self._before_chunk = _FIRST
        self._begun, self._left_bytes, self._has_joined = b"", 0, False
        body_at = end + len(_HEAD_END) - before
        return data[:body_at] + self._read_chunks(data[body_at:])

    def _read_chunks(self, data: bytes) -> bytes:
        data, self._begun = self._begun + data, b""
        pieces: list[bytes] = []
        at, end = 0, len(data)
        while at < end:
            whole, begun = self._before_chunk
            if left_bytes := self._left_bytes:
                piece = data[at : at + left_bytes]
                pieces.append(piece)
                at += len(piece)
                self._left_bytes = left_bytes - len(piece)
            elif (head := whole.match(data, at)) and (size_bytes := int(head[1], 16)):
                at = head.end()
                self._left_bytes, self._before_chunk = size_bytes, _NEXT
            elif begun.fullmatch(data, at):
                self._begun = data[at:]
                break
            else:
                self._read = _as_it_is
                return self._joined(pieces) + data[at:]
        return self._joined(pieces)

    def _joined(self, pieces: Sequence[bytes]) -> bytes:
        if not pieces:
            return b""
        self._sizes = [len(piece) for piece in pieces]
        self.chunks += len(pieces)
        # what ends it comes with what is next: only then it is known to be as it should
        before = _LINE_END if self._has_joined else b""
        self._has_joined = True
        return b"%b%x\r\n%b" % (before, sum(self._sizes), b"".join(pieces))


def is_chunked(head: bytes) -> bool:
    """Say whether a body in chunks follows the head of a response, and nothing but that."""
    status, *fields = head.split(_LINE_END)
    if not re.match(rb"HTTP/1\.1 [2-9]", status) or b"\n" in head.replace(_LINE_END, b""):
        return False
    named = (field.partition(b":") for field in fields)
    codings = [value for name, _, value in named if name.lower() == b"transfer-encoding"]
    return len(codings) == 1 and codings[0].strip(b" \t").lower() == b"chunked"


def _as_it_is(data: bytes) -> bytes:
    return data
