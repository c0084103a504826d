"""Emulated screen of a terminal: what is in sight after each frame that is written to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pyte

FRAME_BEGINS, FRAME_ENDS = b"\x1b[?2026h", b"\x1b[?2026l"
# what pyte would print as text: kitty keyboard, mode queries, device control strings
_UNKNOWN = re.compile(
    rb"\x1b\[[<=>][\d;]*[a-zA-Z]|\x1b\[\?[\d;]*\$p|\x1b\[\?[\d;]*u|\x1bP.*?\x1b\\", re.S
)

Chunk = tuple[float, bytes]
"""What was written to a terminal at once, with when it was."""


class EmulatedScreen:
    """Shows what is written to a terminal of so many columns and rows, a whole frame at a time."""

    def __init__(self, size: tuple[int, int]) -> None:
        columns, rows = size
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._pending = b""
        self.chunks = 0
        """How many chunks were taken."""
        self.written_bytes = 0
        """What was written up to the end of the last frame that is shown."""

    def show(self, chunks: Iterable[Chunk]) -> Iterator[float]:
        """Take chunks and yield when a frame was shown of them, or what is in none."""
        for at, data in chunks:
            self.chunks += 1
            self._pending += data
            shown = self._pending[: _shown_bytes(self._pending)]
            if not shown:
                continue
            self._pending = self._pending[len(shown) :]
            self.written_bytes += len(shown)
            self._screen.dirty.clear()
            self._stream.feed(_UNKNOWN.sub(b"", shown))
            yield at

    def changed_rows(self) -> Iterator[str]:
        """Yield the text of the rows that the last frame has changed."""
        return map(self._row, self._screen.dirty)

    def shows(self, text: str) -> bool:
        """Say whether `text` stands in a row."""
        return any(text in self._row(y) for y in range(self._screen.lines))

    def _row(self, y: int) -> str:
        line = self._screen.buffer[y]
        return "".join(line[column].data for column in range(self._screen.columns))


def _shown_bytes(written: bytes) -> int:
    """Return how much of what was written is shown: all up to a frame that is not whole yet."""
    if FRAME_BEGINS not in written:
        return len(written)
    end = written.rfind(FRAME_ENDS)
    return end + len(FRAME_ENDS) if end >= 0 else 0
