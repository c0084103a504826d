"""Places of keys in a TOML document: by line and column, for sentences about a wrong one.

The parser of the standard library tells no places. So it is given one statement after the other:
lines are joined until they are a document by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from tui.file_reading import parse_toml

Path = tuple[str, ...]

_MAX_STATEMENT_LINES = 100
"""What is longer is parsed too often: it has no place, nor has what stands behind it."""
_MAX_PARSED_CHARS = 1_000_000
"""A statement is parsed for each key: those for which that is too much have the place of it."""
_MAX_DEPTH = 8
"""No setting stands as deep."""
_PROBE = "runnel-looks-for-this-key"


class Place(Struct, frozen=True):
    """A character of a text, counted from 1."""

    line: int
    column: int


def places_of(text: str) -> dict[Path, Place]:
    """Return for each key of a document, tables too, the place where it is named first.

    A table of `[[name]]` stands below that name by its number, counted from 0. What stands inside
    of a list written with `[` and `]` has none.
    """
    places: dict[Path, Place] = {}
    above: Path = ()
    tables = _TableLists()
    statement, first_line = "", 1
    for number, line in enumerate(text.split("\n"), start=1):
        if not statement:
            first_line = number
        statement += f"{line}\n"
        if number - first_line >= _MAX_STATEMENT_LINES:
            break
        try:
            table = parse_toml(statement)
        except ValueError:
            continue
        is_header = statement.lstrip().startswith("[")
        paths = [*_paths(table)]
        most = _MAX_PARSED_CHARS // len(statement)
        for index, path in enumerate(paths):
            full = tables.path_of(path) if is_header else (*above, *path)
            if full not in places:
                is_cheap = index < most
                places[full] = (
                    _place(statement, path, first_line) if is_cheap else Place(first_line, 1)
                )
        if statement.lstrip().startswith("[["):
            above = tables.begin(paths[-1])
            places[above] = _place(statement, paths[-1], first_line)
        elif is_header:
            above = tables.path_of(paths[-1])
        statement = ""
    return places


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


def _paths(table: Mapping[str, Any], depth: int = _MAX_DEPTH) -> Iterator[Path]:
    for key, value in table.items():
        yield (key,)
        if isinstance(value, dict) and depth > 1:
            yield from ((key, *rest) for rest in _paths(value, depth - 1))


def _place(statement: str, path: Path, first_line: int) -> Place:
    at = _offset(statement, path)
    before = statement[:at]
    return Place(first_line + before.count("\n"), at - before.rfind("\n"))


def _offset(statement: str, path: Path) -> int:
    """Return where the last key of `path` is named, else where the statement begins."""
    *above, key = path
    bare = re.escape(key)
    for spelled in re.finditer(rf"(?<![\w-]){bare}(?![\w-])|\"{bare}\"|'{bare}'", statement):
        # it may stand in a value too: where it is the key, another one takes its place
        start, end = spelled.span()
        try:
            table: Any = parse_toml(f"{statement[:start]}{_PROBE}{statement[end:]}")
        except ValueError:
            continue
        for step in above:
            table = table.get(step) if isinstance(table, dict) else None
        if isinstance(table, dict) and _PROBE in table:
            return start
    return len(statement) - len(statement.lstrip())
