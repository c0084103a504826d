"""Bracketed paste that is being read: everything up to the end mark is text, never a key."""

from __future__ import annotations

TYPED_BYTES = 8
"""More in one read is nothing that a person typed."""

_END = b"\x1b[201~"
_ESC = b"\x1b"
_END_PARTS = (_ESC, _END[:4], _END[:5])
"""What an end mark that is cut leaves, and no key but Escape is."""


class Paste:
    """Gathers what is pasted; bytes that are no UTF-8 show as U+FFFD."""

    def __init__(self) -> None:
        self.is_stalled = False
        """Nothing has come for so long that what came was given out."""
        self._read = bytearray()

    def take(self, data: bytes, at: int) -> tuple[str | None, int]:
        """Return the text once its end is there, else `None`, and where the rest begins."""
        known = len(self._read)
        self._read += data[at:]
        end = self._read.find(_END, max(0, known - len(_END) + 1))
        if end < 0:
            return None, len(data)
        return _decoded(self._read[:end]), at + end + len(_END) - known

    def stall(self) -> str:
        """Return what came; the rest may still follow."""
        self.is_stalled = True
        ready = bytes(self._read)
        for length in range(len(_END) - 1, 0, -1):
            if ready.endswith(_END[:length]):
                ready = ready[:-length]
                break
        try:
            ready.decode()
        except UnicodeDecodeError as error:
            if error.reason == "unexpected end of data":
                ready = ready[: error.start]
        del self._read[: len(ready)]
        return _decoded(ready)

    def is_over_before(self, data: bytes) -> bool:
        """Say whether `data`, after a stall, is typed and no part of the paste.

        Taken for typed it would be keys: only what no terminal would send within a paste is.
        """
        read = self._read + data
        if not self.is_stalled or self._read.endswith(_ESC) or _END in read:
            return False
        if read.endswith(_END_PARTS) and data != _ESC:
            return False
        return len(data) <= TYPED_BYTES or data.startswith(_ESC)


def _decoded(pasted: bytes | bytearray) -> str:
    return pasted.decode("utf-8", "replace")
