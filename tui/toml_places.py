"""Places of keys in a TOML document: by line and column, for sentences about a wrong one.

The parser of the standard library tells no places. It has taken the document before, so here keys
are only told from what stands between them, in one pass.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from contextlib import suppress

from msgspec import Struct

from tui.file_reading import parse_toml

Path = tuple[str, ...]

_MAX_DEPTH = 8
"""No setting stands as deep."""
_GAP = re.compile(r"[ \t\r]*")
_GAP_OF_LINES = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_STRING = re.compile(
    r'''"""(?:[^"\\]|\\.|"(?!""))*"{3,5}|\'\'\'(?:[^']|'(?!''))*'{3,5}|'''
    r""""(?:[^"\\\n]|\\.)*"|'[^'\n]*\'""",
    re.DOTALL,
)
_OTHER_VALUE = re.compile(r"[^,\]}\n#]*")
_BETWEEN_BRACKETS = re.compile(r"""(?:[^\[\]{}"'#]|#[^\n]*)*""")


class Place(Struct, frozen=True):
    """A character of a text, counted from 1."""

    line: int
    column: int


def places_of(text: str) -> dict[Path, Place]:
    """Return for each key of a document, tables too, the place where it is named first.

    A table of `[[name]]` stands below that name by its number, counted from 0. What stands inside
    of a list written with `[` and `]` has none, nor what stands behind something that is no TOML.
    """
    scan = _Scan(text)
    with suppress(ValueError):
        scan.read_document()
    breaks = [each.start() for each in re.finditer("\n", text)]
    return {path: _place(at, breaks) for path, at in scan.offsets.items()}


def _place(at: int, breaks: Sequence[int]) -> Place:
    before = bisect_left(breaks, at)
    return Place(before + 1, at - (breaks[before - 1] if before else -1))


class _TableLists:
    """Lists of tables, each begun by `[[name]]`, and how many tables each has by now."""

    def __init__(self) -> None:
        self._counts: dict[Path, int] = {}

    def begin(self, keys: Path) -> Path:
        """Begin another table of the list that a header names, and return the path of the table."""
        path = (*self.path_of(keys[:-1]), keys[-1])
        self._counts[path] = self._counts.get(path, -1) + 1
        return self.path_of(keys)

    def path_of(self, keys: Path) -> Path:
        """Return the path of a header: of each list on the way the last table is meant."""
        path: Path = ()
        for key in keys:
            path = (*path, key)
            if path in self._counts:
                path = (*path, str(self._counts[path]))
        return path


class _Scan:
    """Reads a document once, and notes where in the text each key begins."""

    def __init__(self, text: str) -> None:
        self.offsets: dict[Path, int] = {}
        self._text = text
        self._at = 0
        self._tables = _TableLists()

    def read_document(self) -> None:
        """Read all statements.

        Raises:
            ValueError: one of them is none.
        """
        above: Path = ()
        self._skip(_GAP_OF_LINES)
        while self._at < len(self._text):
            if self._takes("["):
                above = self._read_header()
            else:
                self._read_pair(above)
            self._skip(_GAP_OF_LINES)

    def _read_header(self) -> Path:
        begins_table = self._takes("[")
        keys = self._read_keys()
        names = tuple(key for key, _ in keys)
        for depth, (_, at) in enumerate(keys, start=1):
            # of a list the table that is begun counts, which has its own number
            if depth < len(keys) or not begins_table:
                self.offsets.setdefault(self._tables.path_of(names[:depth]), at)
        self._require("]]" if begins_table else "]")
        if not begins_table:
            return self._tables.path_of(names)
        table = self._tables.begin(names)
        self.offsets.setdefault(table[:-1], keys[-1][1])
        self.offsets[table] = keys[-1][1]
        return table

    def _read_pair(self, above: Path) -> None:
        keys = self._read_keys()
        names = tuple(key for key, _ in keys)
        for depth, (_, at) in enumerate(keys, start=1):
            self.offsets.setdefault((*above, *names[:depth]), at)
        self._require("=")
        self._skip(_GAP)
        self._read_value((*above, *names))

    def _read_keys(self) -> list[tuple[str, int]]:
        """Read a dotted key: each of its parts with its offset."""
        keys: list[tuple[str, int]] = []
        while not keys or self._takes("."):
            self._skip(_GAP)
            at = self._at
            keys.append((_unquoted(self._read(_KEY)), at))
            self._skip(_GAP)
        return keys

    def _read_value(self, path: Path) -> None:
        match self._text[self._at : self._at + 1]:
            case "{" if len(path) < _MAX_DEPTH:
                self._at += 1
                self._read_inline_table(path)
            case "{" | "[":
                self._skip_brackets()
            case '"' | "'":
                self._read(_STRING)
            case _:
                self._skip(_OTHER_VALUE)

    def _read_inline_table(self, path: Path) -> None:
        self._skip(_GAP_OF_LINES)
        while not self._takes("}"):
            self._read_pair(path)
            self._skip(_GAP_OF_LINES)
            self._takes(",")
            self._skip(_GAP_OF_LINES)

    def _skip_brackets(self) -> None:
        """Skip a whole list or table."""
        depth = 0
        while True:
            if self._takes("[") or self._takes("{"):
                depth += 1
            elif self._takes("]") or self._takes("}"):
                depth -= 1
            else:
                self._read(_STRING)
            if not depth:
                return
            self._skip(_BETWEEN_BRACKETS)

    def _read(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        if found is None:
            raise ValueError("it is no TOML")
        self._at = found.end()
        return found[0]

    def _skip(self, pattern: re.Pattern[str]) -> None:
        # all that is skipped may be nothing
        self._read(pattern)

    def _takes(self, mark: str) -> bool:
        is_next = self._text.startswith(mark, self._at)
        if is_next:
            self._at += len(mark)
        return is_next

    def _require(self, mark: str) -> None:
        if not self._takes(mark):
            raise ValueError("it is no TOML")


def _unquoted(key: str) -> str:
    """Return a key as the parser tells it."""
    if key[0] not in "\"'":
        return key
    if "\\" not in key:
        return key[1:-1]
    (name,) = parse_toml(f"{key} = 0")
    return name


def nearest_place(places: Mapping[Path, Place], path: Path) -> Place | None:
    """Return where the key at `path` stands, else the table that it would stand in."""
    nearest = (path[:length] for length in range(len(path), 0, -1))
    return next((places[each] for each in nearest if each in places), None)
