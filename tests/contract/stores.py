"""Stores that every contract test of a store is tried on."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import pytest

from tui.store import MemoryStore, Store
from tui.store.sqlite import SqliteStore
from tui.store.sqlite.opening import STORE_FILE


class Storage(Protocol):
    """What outlives a process."""

    def start(self) -> Store:
        """Return the store that a process opens on what those before it have written."""
        ...

    def beside(self) -> Store:
        """Return the store of another client, which runs beside the process that began last."""
        ...

    def close(self) -> None: ...


class Memory:
    """A storage that hands what a store held on to the next."""

    def __init__(self, _: Path) -> None:
        self._store: MemoryStore | None = None

    def start(self) -> Store:
        self._store = MemoryStore(self._store)
        return self._store

    def beside(self) -> Store:
        assert self._store is not None
        return self._store

    def close(self) -> None:
        return


class SqliteFile:
    """A storage that hands the next process a file as a crash would leave it.

    What a store writes from then on is in a file of its own.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._starts = 0
        self._stores: list[SqliteStore] = []

    def start(self) -> Store:
        before, after = self._path(self._starts), self._path(self._starts + 1)
        self._starts += 1
        if before.exists():
            after.parent.mkdir()
            with closing(sqlite3.connect(before)) as file:
                file.execute("VACUUM INTO ?", (str(after),))
        self._stores.append(SqliteStore(after, pytest.fail))
        return self._stores[-1]

    def beside(self) -> Store:
        self._stores.append(SqliteStore(self._path(self._starts), pytest.fail))
        return self._stores[-1]

    def close(self) -> None:
        for each in self._stores:
            each.close()

    def _path(self, number: int) -> Path:
        return self._folder / str(number) / STORE_FILE


STORAGES: dict[str, Callable[[Path], Storage]] = {"memory": Memory, "sqlite": SqliteFile}
"""By kind: makes a storage in an empty folder."""


@contextmanager
def fresh_storage(kind: str) -> Iterator[Storage]:
    with TemporaryDirectory() as folder, closing(STORAGES[kind](Path(folder))) as storage:
        yield storage
