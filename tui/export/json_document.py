"""JSON export: one document, or one session a line."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tui.export.exported import About, ExportedSession
from tui.export.records import about_record, exported_record
from tui.formatting.records import Record


def _line(record: Record) -> str:
    return json.dumps(record, ensure_ascii=False, allow_nan=False)


class JsonWriter:
    """One JSON object after `export.schema.json`, each session on a line of its own."""

    def __init__(self, about: About) -> None:
        self._about = about
        self._has_sessions = False

    def head(self) -> Iterator[str]:
        yield _line(about_record(self._about)).removesuffix("}") + ', "sessions": ['

    def session(self, exported: ExportedSession) -> Iterator[str]:
        yield (",\n" if self._has_sessions else "\n") + _line(exported_record(exported))
        self._has_sessions = True

    def tail(self) -> Iterator[str]:
        yield "\n]}\n" if self._has_sessions else "]}\n"


class JsonLinesWriter:
    """One JSON object a line, each a `session` of `export.schema.json`; no line for none."""

    def head(self) -> Iterator[str]:
        yield from ()

    def session(self, exported: ExportedSession) -> Iterator[str]:
        yield _line(exported_record(exported)) + "\n"

    def tail(self) -> Iterator[str]:
        yield from ()
