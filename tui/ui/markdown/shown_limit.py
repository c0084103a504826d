"""Limit of what is shown of a text."""

from __future__ import annotations

SHOWN_CHARS = 1_000_000
SHOWN_LINES = 50_000


class ShownLimit:
    """Finds where a growing text outgrows what can be laid out in bearable time."""

    def __init__(self) -> None:
        self._lines = 0
        self._seen = 0
        self.cut: int | None = None
        """Where the text is cut; `None` as long as all of it is shown."""

    def see(self, text: str) -> None:
        """Take note of a text, the one seen before or that and more."""
        if self.cut is None:
            self.cut = self._cut_of(text)

    def _cut_of(self, text: str) -> int | None:
        lines = text.count("\n", self._seen)
        at = self._seen
        if self._lines + lines >= SHOWN_LINES:
            for _ in range(SHOWN_LINES - self._lines):
                at = text.index("\n", at) + 1
        else:
            at = len(text)
        self._lines += lines
        self._seen = len(text)
        cut = min(at, SHOWN_CHARS)
        return cut if cut < len(text) else None
