"""Keys ahead of a list: what was pressed for rows that have yet to come acts on them."""

from __future__ import annotations

from collections.abc import Callable


class KeysAhead:
    """Holds what acts on rows while they are looked for, in the order of pressing."""

    def __init__(self) -> None:
        self._acts: list[Callable[[], object]] | None = None

    @property
    def is_waiting(self) -> bool:
        """The rows that are wanted now are not there yet."""
        return self._acts is not None

    def wait(self) -> None:
        """Let what acts wait from now on; what waited for other rows never does."""
        self._acts = []

    def drop(self) -> None:
        """Wait for nothing any more, and let nothing act that did."""
        self._acts = None

    def act(self, act: Callable[[], object]) -> None:
        """Let this act once the rows are there, which may be now."""
        if self._acts is None:
            act()
        else:
            self._acts.append(act)

    def come(self) -> None:
        """Let act what waited: the rows are there."""
        acts, self._acts = self._acts or (), None
        for each in acts:
            each()
