"""Typing into a program and looking how long each letter takes to appear."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import count
from statistics import quantiles

from tests.bench.pseudo_terminal import PseudoTerminal

EVERY_S = 0.05
BATCH = 20
LONGEST_S = 5.0
"""A letter that has not appeared by then counts as having taken so long."""

_CLEAR_LINE = "\x15"
# letters one cell wide that are in no text, and enough of them that none is on the screen twice
_FIRST_LETTER, _LETTERS = 0x1401, 600


class Typist:
    """Types letters that are new to the screen, in batches that are cleared away again."""

    def __init__(self, terminal: PseudoTerminal) -> None:
        self._terminal = terminal
        self._numbers = count()

    def type_for(self, keys: int, goes_on: Callable[[], bool] = lambda: True) -> list[float]:
        """Type so many letters, fewer when `goes_on` says so, and return the echo of each (s)."""
        echoes: list[float] = []
        while len(echoes) < keys and goes_on():
            echoes += self._type_batch(min(BATCH, keys - len(echoes)))
        return echoes

    def _type_batch(self, keys: int) -> list[float]:
        typed: list[tuple[str, float, int]] = []
        for _ in range(keys):
            letter = chr(_FIRST_LETTER + next(self._numbers) % _LETTERS)
            since = self._terminal.written_bytes
            typed.append((letter, self._terminal.send(letter), since))
            time.sleep(max(0.0, typed[0][1] + len(typed) * EVERY_S - time.monotonic()))
        echoes = [self._echo(*each) for each in typed]
        self._terminal.send(_CLEAR_LINE)
        time.sleep(EVERY_S)
        return echoes

    def _echo(self, letter: str, typed_at: float, since: int) -> float:
        while (seen_at := self._terminal.seen_at(letter, since)) is None:
            if time.monotonic() - typed_at > LONGEST_S:
                return LONGEST_S
            time.sleep(EVERY_S)
        return seen_at - typed_at


def percentiles_ms(echoes: list[float]) -> tuple[float, float]:
    """Return the 50th and the 99th percentile in milliseconds."""
    parts = quantiles(echoes, n=100, method="inclusive")
    return parts[49] * 1000, parts[98] * 1000
