"""Stores that every contract test of a store is tried on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from tui.store import MemoryStore, Store


class Storage(Protocol):
    """What outlives a process."""

    def start(self) -> Store:
        """Return the store that a process opens on what those before it have written."""
        ...


class Memory:
    """A storage that hands what a store held on to the next."""

    def __init__(self, _: Path) -> None:
        self._store: MemoryStore | None = None

    def start(self) -> Store:
        self._store = MemoryStore(self._store)
        return self._store


STORAGES: dict[str, Callable[[Path], Storage]] = {"memory": Memory}
"""By kind: makes a storage in an empty folder."""


@contextmanager
def fresh_storage(kind: str) -> Iterator[Storage]:
    with TemporaryDirectory() as folder:
        yield STORAGES[kind](Path(folder))
