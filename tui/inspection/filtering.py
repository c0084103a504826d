"""Filter of the events of a wire: by what they are about, and by words that stand in them."""

from __future__ import annotations

from tui.formatting.counts import counted
from tui.inspection.reader import WireReader, WireRow
from tui.inspection.words import RowKind, holds, kinds_of
from tui.values import following


class RowFilter:
    """Goes on where it left off, so that what comes costs no more than it is."""

    def __init__(self) -> None:
        self.rows: list[WireRow] = []
        """Those that are meant, of those that were looked at."""
        self.kind = RowKind.ALL
        self._words = ""
        self._seen = 0
        self._dropped = 0

    @property
    def words(self) -> str:
        return self._words

    @words.setter
    def words(self, words: str) -> None:
        self._words = words.strip().lower()
        self._restart()

    @property
    def told(self) -> str:
        """How many events are meant, of how many, and of which kind."""
        kind = "" if self.kind is RowKind.ALL else f" · {self.kind.value}"
        part = f"{len(self.rows):,} of " if len(self.rows) < self._seen else ""
        return f"{part}{counted(self._seen, 'event')}{kind}"

    def turn(self) -> None:
        """Mean the next kind of events."""
        self.kind = following(self.kind, [*RowKind])
        self._restart()

    def take(self, reader: WireReader) -> None:
        """Look at the rows of a reader that were not looked at."""
        if reader.dropped != self._dropped:
            self._restart()
            self._dropped = reader.dropped
        self.rows += [each for each in reader.rows[self._seen :] if self._means(each)]
        self._seen = len(reader.rows)

    def _restart(self) -> None:
        self.rows = []
        self._seen = 0

    def _means(self, row: WireRow) -> bool:
        if self.kind is not RowKind.ALL and self.kind not in kinds_of(row):
            return False
        return not self._words or holds(row, self._words)
