"""Keys ahead of a list: what was pressed for rows that have yet to come acts on them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial


class KeysAhead:
    """Holds what acts on rows while they are looked for, in the order of pressing."""

    def __init__(self) -> None:
        self._acts: list[Callable[[], object]] | None = None
        self._turns: list[asyncio.Future[bool]] = []
        """Those of who awaits the rows."""

    @property
    def is_waiting(self) -> bool:
        """The rows that are wanted now are not there yet."""
        return self._acts is not None

    def wait(self) -> None:
        """Let what acts wait from now on; what waited for other rows never does."""
        self._let_go()
        self._acts = []

    def drop(self) -> None:
        """Wait for nothing any more, and let nothing act that did."""
        self._let_go()
        self._acts = None

    def act(self, act: Callable[[], object]) -> None:
        """Let this act once the rows are there, which may be now."""
        if self._acts is None:
            act()
        else:
            self._acts.append(act)

    async def turn(self) -> bool:
        """Return in its turn once the rows are there; `False` where others are wanted by then."""
        if self._acts is None:
            return True
        turn: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._turns.append(turn)
        self.act(partial(_settle, turn, True))
        return await turn

    def come(self) -> None:
        """Let act what waited: the rows are there."""
        acts, self._acts = self._acts or (), None
        for each in acts:
            each()
        self._turns.clear()

    def _let_go(self) -> None:
        for each in self._turns:
            _settle(each, False)
        self._turns.clear()


def _settle(turn: asyncio.Future[bool], is_there: bool) -> None:
    # who awaited it may have been cancelled
    if not turn.done():
        turn.set_result(is_there)
