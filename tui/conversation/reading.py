"""Readings of a list or a history: those on their way, and what has happened since each began."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from msgspec import Struct, field


class Reading(Struct, eq=False):
    """One request for a list or a history, of which the answer may be overtaken."""

    number: int
    began_at: datetime | None = None
    """Aware, where somebody needs it."""
    wants_whole: bool = False
    """Answers that a person stopped are to be shown as the server has them."""
    gone: set[str] = field(default_factory=set)
    """Ids of what was deleted since."""
    made: set[str] = field(default_factory=set)
    """Ids of what was made or changed here since."""
    named: set[str] = field(default_factory=set)
    """Ids of what the server gave another name since."""


class Readings:
    """Says of each reading what to do with its answer when that comes."""

    def __init__(self) -> None:
        self._begun = 0
        self._taken = 0
        self._going_on: list[Reading] = []

    @contextmanager
    def begin(self, *, wants_whole: bool = False) -> Iterator[Reading]:
        """Follow a reading as long as it goes on."""
        self._begun += 1
        # what is asked for stays so when a later reading is faster
        wants_whole = wants_whole or any(each.wants_whole for each in self._going_on)
        reading = Reading(self._begun, wants_whole=wants_whole)
        self._going_on.append(reading)
        try:
            yield reading
        finally:
            self._going_on.remove(reading)

    @property
    def are_going_on(self) -> bool:
        return bool(self._going_on)

    def is_overtaken(self, reading: Reading) -> bool:
        """Say whether the answer of a later reading was taken already."""
        return reading.number < self._taken

    def take(self, reading: Reading) -> None:
        """Note that the answer is now what is known."""
        self._taken = reading.number

    def note_gone(self, ids: Iterable[str]) -> None:
        """Let no reading that is on its way bring these back."""
        gone = set(ids)
        for reading in self._going_on:
            reading.gone |= gone
            reading.made -= gone

    def note_made(self, identity: str) -> None:
        """Let no reading that is on its way lose this one."""
        for reading in self._going_on:
            reading.made.add(identity)
            reading.gone.discard(identity)

    def note_named(self, identity: str) -> None:
        """Let no reading that is on its way take the name of this one back."""
        for reading in self._going_on:
            reading.named.add(identity)
