"""Choices of accounts as an earlier Runnel kept them, in two files of the state folder.

They are taken over into the store once, and then removed from the files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from tui.safe_text import JsonValue, clean_line
from tui.store.base import AccountKey
from tui.store.choices import AccountChoices, Chosen, LastSession
from tui.store.choices_file import CHOICES_FILE, MAX_CHOICES_BYTES
from tui.store.state_file import StateFile, Table

QUESTIONS_FILE = "questions.json"
_MAX_NAME_CHARS = 300
_MAX_QUESTIONS_BYTES = 4_000_000


class FormerAccount(Struct, frozen=True):
    """What was kept of one account."""

    key: AccountKey
    choices: AccountChoices
    pinned_ids: Sequence[str]
    questions: Sequence[str]
    """Newest first."""


class FormerChoices:
    """The files in `folder`, as far as they are there and can be read."""

    def __init__(self, folder: Path) -> None:
        self._questions_path = folder / QUESTIONS_FILE
        self._choices = _file(folder / CHOICES_FILE, MAX_CHOICES_BYTES)
        self._questions = _file(self._questions_path, _MAX_QUESTIONS_BYTES)

    def accounts(self) -> list[FormerAccount]:
        """Return what was kept; nothing once it was forgotten."""
        chosen = {_key(each): each for each in _accounts(self._choices.table)}
        asked = {_key(each): each for each in _accounts(self._questions.table)}
        return [
            _former(key, chosen.get(key, {}), asked.get(key, {}))
            for key in dict.fromkeys([*chosen, *asked])
        ]

    def forget(self) -> None:
        """Remove it from the files, for it is kept elsewhere."""
        if "accounts" in self._choices.table:
            self._choices.change(
                lambda table: {key: each for key, each in table.items() if key != "accounts"}
            )
        self._choices.close()
        with suppress(OSError):
            self._questions_path.unlink(missing_ok=True)


def _file(path: Path, max_bytes: int) -> StateFile:
    # what cannot be read was told by those who keep something there
    return StateFile(
        path, max_bytes=max_bytes, limit=lambda table: table, on_trouble=lambda _: None
    )


def _former(key: AccountKey, chosen: Table, asked: Table) -> FormerAccount:
    last = _table(chosen.get("last_session"))
    session_id, bot_id = _name(last.get("id")), _name(last.get("bot"))
    session = LastSession(session_id, bot_id) if session_id else None
    bot = _table(chosen.get("bot"))
    value = _name(bot.get("value"))
    choice = Chosen(value, _name(bot.get("instead_of"))) if value else None
    pins = _list(chosen.get("pins"))
    questions = _list(asked.get("questions"))
    return FormerAccount(
        key,
        AccountChoices(choice, session),
        [*filter(None, map(_name, pins))],
        [*dict.fromkeys(each for each in questions if isinstance(each, str))],
    )


def _key(account: Table) -> AccountKey:
    names = (account.get(name) for name in ("api", "base_url", "owner"))
    return AccountKey(*(each if isinstance(each, str) else "" for each in names))


def _accounts(table: Table) -> Iterator[Table]:
    return (each for each in _list(table.get("accounts")) if isinstance(each, dict))


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _table(value: JsonValue) -> Table:
    return value if isinstance(value, dict) else {}


def _name(value: JsonValue) -> str:
    """Return a name or an id as it was written, empty for what can be none."""
    is_name = isinstance(value, str) and clean_line(value, _MAX_NAME_CHARS) == value
    return str(value) if is_name else ""
