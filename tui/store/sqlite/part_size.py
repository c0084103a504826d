"""Size of the parts in which messages are taken into the index: large while nobody waits.

FTS5 keeps apart what it is given in one change, and later merges that: the larger, the less work.
But a change that comes meanwhile waits for the end of that.
"""

from __future__ import annotations

_FEWEST = 1_000
_MOST = 5_000


class PartSize:
    """How many messages make a part; a person who writes now and then finds small ones."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._fewest = min(_FEWEST, most)
        self.now = self._fewest

    @property
    def following(self) -> int:
        """What it is for the next part, if nobody comes to wait."""
        return min(2 * self.now, self._most)

    def note(self, *, is_awaited: bool) -> None:
        """Take the next size, as a change waits or none does."""
        self.now = self._fewest if is_awaited else self.following
