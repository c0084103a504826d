"""Body shapes: where the writes of a body are cut, and what is put between them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence

_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


class AsTheyAre:
    """Changes nothing; the others change what they must."""

    def feed(self, chunk: bytes) -> Sequence[bytes]:
        return [chunk]

    def finish(self) -> Sequence[bytes]:
        return []


class Bytewise(AsTheyAre):
    def feed(self, chunk: bytes) -> Sequence[bytes]:
        return [chunk[at : at + 1] for at in range(len(chunk))]


class CutBehind:
    """Ends every write, but the last, right behind what `place` matches."""

    def __init__(self, place: bytes, change: Callable[[bytes], bytes] = bytes) -> None:
        self._place = re.compile(place, re.S)
        self._change = change
        self._held = b""

    def feed(self, chunk: bytes) -> Sequence[bytes]:
        self._held += self._change(chunk)
        ready: list[bytes] = []
        start = 0
        for match in self._place.finditer(self._held):
            ready.append(self._held[start : match.end()])
            start = match.end()
        self._held = self._held[start:]
        return ready

    def finish(self) -> Sequence[bytes]:
        return [self._held] if self._held else []


class Before(AsTheyAre):
    """Puts `events` before every chunk, or before the first only."""

    def __init__(self, events: bytes, *, once: bool = False) -> None:
        self._events = events
        self._once = once

    def feed(self, chunk: bytes) -> Sequence[bytes]:
        events, self._events = self._events, b"" if self._once else self._events
        return [events + chunk]


class InOneWrite:
    """Holds everything back and writes it as one chunk."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, chunk: bytes) -> Sequence[bytes]:
        self._held += chunk
        return []

    def finish(self) -> Sequence[bytes]:
        return [bytes(self._held)] if self._held else []


class OtherLineEnds(AsTheyAre):
    """Ends the lines of events with `line_end`; CRLF is cut between its halves."""

    def __init__(self, line_end: bytes) -> None:
        self._line_end = line_end

    def feed(self, chunk: bytes) -> Sequence[bytes]:
        changed = chunk.replace(b"\n", self._line_end)
        return [each for each in re.split(rb"(?<=\r)", changed) if each]


def in_ascii(event: bytes) -> bytes:
    """Return JSON events with every character beyond ASCII escaped."""
    text = event.decode("utf-8", "surrogatepass")
    return _NOT_ASCII.sub(lambda match: json.dumps(match[0])[1:-1], text).encode()
