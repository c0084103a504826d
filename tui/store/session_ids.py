"""Ids of the sessions listed last, kept for the shell to complete: no titles, no texts."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import datetime
from itertools import islice
from pathlib import Path

from tui import private_files
from tui.model import Session

SESSION_IDS_FILE = "session-ids.json"
"""Its name in the state folder."""
MAX_IDS = 200
"""So many of each profile are kept, the newest: a shell shows no more at once."""
_MAX_FILE_BYTES = 1_000_000
_MAX_ID_CHARS = 200

_Rows = list[list[str]]


class SessionIdFile:
    """One file for all profiles; one that is broken, or open to others, counts as empty."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self, profile: str) -> list[tuple[str, datetime | None]]:
        """Return ids and times of the last change of the sessions of a profile, newest first."""
        return [(row[0], _time(row[1])) for row in self._read().get(profile, [])]

    def save(
        self, profile: str, sessions: Iterable[Session], deleted_ids: Collection[str] = ()
    ) -> None:
        """Keep these sessions, newest first, before those kept of earlier lists.

        None whose id is among `deleted_ids`.

        What cannot be written is not kept: there is less to complete.
        """
        rows: dict[str, list[str]] = {}
        for each in islice(sessions, MAX_IDS):
            then = each.changed_at
            rows.setdefault(each.id, [each.id, then.isoformat() if then else ""])
        profiles = self._read()
        before = profiles.get(profile, [])
        kept = [*rows.values(), *(row for row in before if row[0] not in rows)]
        kept = [row for row in kept if len(row[0]) <= _MAX_ID_CHARS and row[0] not in deleted_ids]
        kept = kept[:MAX_IDS]
        if kept != before:
            self._write({**profiles, profile: kept})

    def forget(self, profile: str) -> None:
        """Keep nothing of a profile any more."""
        profiles = self._read()
        if profiles.pop(profile, None) is not None:
            self._write(profiles)

    def _read(self) -> dict[str, _Rows]:
        try:
            value = json.loads(private_files.read(self._path, _MAX_FILE_BYTES))
        except (OSError, ValueError, RecursionError):
            return {}
        if not isinstance(value, dict):
            return {}
        return {
            profile: [row for row in rows if _is_row(row)]
            for profile, rows in value.items()
            if isinstance(rows, list)
        }

    def _write(self, profiles: dict[str, _Rows]) -> None:
        with suppress(OSError):
            private_files.replace(self._path, json.dumps(profiles).encode())
            private_files.sweep(self._path)


def _is_row(value: object) -> bool:
    return (
        isinstance(value, list) and len(value) == 2 and all(isinstance(each, str) for each in value)
    )


def _time(text: str) -> datetime | None:
    try:
        then = datetime.fromisoformat(text)
    except ValueError:
        return None
    return then if then.tzinfo is not None else None
