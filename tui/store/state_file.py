"""State file: a small JSON table that several running clients may change, key by key.

A change is a function of the whole table and is made again on what stands in the file when it is
written: what another client chose meanwhile stays. A thread writes, so that no disk holds up a key.
"""

from __future__ import annotations

import errno
import json
import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from tui import private_files
from tui.safe_text import JsonValue, clean_line

VERSION = 1
WRITE_AFTER_S = 0.3
"""Changes that come within this time are written at once."""
CLOSE_S = 3.0
"""So long the end of the program waits for a disk."""
Table = Mapping[str, JsonValue]
Change = Callable[[Table], Table]
"""Returns the table as it is to be; the one that it is given stays as it is."""


class StateFile:
    """Holds the table in memory, and in the file at `path` unless that is `None`.

    `limit` makes a table smaller until it fits into `max_bytes`. `on_trouble` is called, in any
    thread, with a sentence when something cannot be kept; once for each.
    """

    def __init__(
        self,
        path: Path | None,
        *,
        max_bytes: int,
        limit: Change,
        on_trouble: Callable[[str], None],
    ) -> None:
        self._path = path
        self._max_bytes = max_bytes
        self._limit = limit
        self._on_trouble = on_trouble
        self._troubles: set[str] = set()
        self._table: Table | None = None
        self._is_left_alone = path is None
        self._is_broken = False
        self._changed = threading.Condition()
        self._waiting: list[Change] = []
        self._writer: threading.Thread | None = None
        self._is_closed = False

    @property
    def table(self) -> Table:
        """The table as it was when it was first asked for, with every change since."""
        # it may be asked for in a thread, because reading takes a while
        with self._changed:
            if self._table is None:
                self._table = self._read()
            return self._table

    def change(self, change: Change) -> None:
        """Change the table here at once, and in the file by and by."""
        with self._changed:
            before = self.table
            self._table = change(before)
            if self._table == before or self._is_left_alone or self._is_closed:
                return
            self._waiting.append(change)
            if self._writer is None:
                self._writer = threading.Thread(target=self._run, name="state-file", daemon=True)
                self._writer.start()
            self._changed.notify()

    def close(self) -> None:
        """Write what is waiting, as far as the disk takes it in time; nothing more after that."""
        with self._changed:
            self._is_closed = True
            self._changed.notify()
        if self._writer is not None:
            self._writer.join(CLOSE_S)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._is_closed)
                if not self._waiting:
                    return
                self._changed.wait_for(lambda: self._is_closed, WRITE_AFTER_S)
                changes, self._waiting = self._waiting, []
            self._write(changes)

    def _write(self, changes: list[Change]) -> None:
        assert self._path is not None
        try:
            private_files.make_folder(self._path.parent)
            with private_files.locked(self._path.parent):
                before = table = self._read()
                for change in changes:
                    table = change(table)
                if table != before and not self._is_left_alone:
                    data = self._encoded(table)
                    if self._is_broken:
                        private_files.set_aside(self._path)
                    private_files.replace(self._path, data)
                    private_files.sweep(self._path)
        except OSError as error:
            self._tell(f"cannot be written ({_reason(error)}): what you choose now is not kept.")

    def _encoded(self, table: Table) -> bytes:
        while len(data := json.dumps({"version": VERSION, **table}).encode()) > self._max_bytes:
            table, before = self._limit(table), table
            if table == before:
                raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
        return data

    def _read(self) -> Table:
        """Return what stands in the file; empty for none that could be used, which is told."""
        self._is_broken = False
        if self._path is None or self._is_left_alone:
            return {}
        try:
            data = private_files.read(self._path, self._max_bytes + 1)
        except FileNotFoundError:
            return {}
        except OSError as error:
            self._is_left_alone = True
            self._tell(f"cannot be read ({_reason(error)}): what you choose now is not kept.")
            return {}
        table = _table_in(data)
        version = table.pop("version", None)
        if isinstance(version, int) and version > VERSION:
            self._is_left_alone = True
            self._tell("is of a newer Runnel: what you choose now is not kept.")
            return {}
        if version != VERSION:
            self._is_broken = True
            self._tell(f"cannot be used: the next choice makes it {self._aside.name}.")
            return {}
        return table

    @property
    def _aside(self) -> Path:
        assert self._path is not None
        return private_files.aside_of(self._path)

    def _tell(self, what: str) -> None:
        if what not in self._troubles:
            self._troubles.add(what)
            self._on_trouble(f"{clean_line(str(self._path))} {what}")


def _table_in(data: bytes) -> dict[str, JsonValue]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _reason(error: OSError) -> str:
    return clean_line(error.strerror or "unknown reason")
