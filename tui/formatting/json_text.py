"""JSON text for reading, formatted no further than it is read."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tui.safe_text import JsonValue

_NOTHING = "–"


class JsonText:
    """The text of a value, JSON indented and text as it is, taken in pieces from its beginning.

    A piece costs what it holds, whatever the size of the value.
    """

    def __init__(self, value: JsonValue) -> None:
        self._chunks = iter((_NOTHING,)) if value is None else chunks_of(value)
        self._ahead = ""
        """Formatted, but not taken yet."""
        self.taken_chars = 0

    def take(self, chars: int) -> str:
        """Return the next piece: whole lines where they are short enough; empty at the end."""
        self._read(chars)
        if len(self._ahead) <= chars:
            return self._take(len(self._ahead), skip=0)
        line_end = self._ahead.rfind("\n", chars // 2, chars + 1)
        return self._take(line_end, skip=1) if line_end >= 0 else self._take(chars, skip=0)

    @property
    def is_over(self) -> bool:
        """Nothing is left to take."""
        self._read(1)
        return not self._ahead

    def _read(self, chars: int) -> None:
        """Format until there are more than `chars` characters ahead, or there is no more."""
        ahead, size = [self._ahead], len(self._ahead)
        while size <= chars and (chunk := next(self._chunks, None)) is not None:
            ahead.append(chunk)
            size += len(chunk)
        self._ahead = "".join(ahead)

    def _take(self, chars: int, *, skip: int) -> str:
        piece, self._ahead = self._ahead[:chars], self._ahead[chars + skip :]
        self.taken_chars += chars + skip
        return piece


def chunks_of(value: JsonValue) -> Iterator[str]:
    """Yield the text of a value as it is shown and searched; nothing for `None`."""
    if value is None:
        return iter(())
    if isinstance(value, str):
        return iter((value,))
    return json.JSONEncoder(indent=2, ensure_ascii=False).iterencode(value)


def compact_chars(value: JsonValue) -> int:
    """Return the size of a value as JSON without blanks for reading; a text's own size."""
    if isinstance(value, str):
        return len(value)
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
