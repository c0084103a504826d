"""Choices in two files of the state folder: what was chosen, and what was asked before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tui.safe_text import JsonValue, clean_line
from tui.store.choices import AccountChoices, Chosen, LastSession, ListLook, LookChoices
from tui.store.state_file import Change, StateFile, Table

if TYPE_CHECKING:
    from tui.store.base import AccountKey

CHOICES_FILE = "choices.json"
QUESTIONS_FILE = "questions.json"
MAX_QUESTIONS = 300
"""So many are kept of each account, the newest."""
MAX_QUESTION_CHARS = 10_000
"""A longer one is not kept: it was pasted, and stands in its session."""
MAX_PINS = 500
MAX_ACCOUNTS = 50
"""Of the others, those in which nothing was chosen for longest go."""
_MAX_NAME_CHARS = 300
_MAX_WIDTH_CELLS = 1_000
_MAX_CHOICES_BYTES = 1_000_000
_MAX_QUESTIONS_BYTES = 4_000_000


class ChoicesFile(LookChoices):
    """All that is kept in `folder`; with `None` it ends with the process.

    Whatever stands in a file in another shape than it should counts as not there. `on_trouble` is
    called, in any thread, with a sentence when something cannot be kept.
    """

    def __init__(self, folder: Path | None, on_trouble: Callable[[str], None]) -> None:
        def file(name: str, max_bytes: int, limit: Change) -> StateFile:
            path = None if folder is None else folder / name
            return StateFile(path, max_bytes=max_bytes, limit=limit, on_trouble=on_trouble)

        self._choices = file(CHOICES_FILE, _MAX_CHOICES_BYTES, _without_oldest)
        self._questions = file(QUESTIONS_FILE, _MAX_QUESTIONS_BYTES, _with_half_the_questions)

    @property
    def theme(self) -> Chosen | None:
        return _chosen(self._choices.table.get("theme"))

    def choose_theme(self, chosen: Chosen | None) -> None:
        self._choices.change(lambda table: {**table, "theme": _told(chosen)})

    @property
    def session_list(self) -> ListLook:
        told = _table(self._choices.table.get("session_list"))
        width = told.get("width")
        if type(width) is not int or not 0 < width <= _MAX_WIDTH_CELLS:
            width = 0
        return ListLook(width, told.get("folded") is True)

    def choose_session_list(self, look: ListLook) -> None:
        told: JsonValue = {"width": look.width_cells, "folded": look.is_folded}
        self._choices.change(lambda table: {**table, "session_list": told})

    @property
    def last_profile(self) -> str:
        """Name of the profile that was open last; empty while none is known."""
        return _name(self._choices.table.get("last_profile"))

    def note_profile(self, name: str) -> None:
        """Keep which profile is open."""
        self._choices.change(lambda table: {**table, "last_profile": name})

    def account(self, key: AccountKey) -> KeptAccount:
        """Return what is kept of one account."""
        return KeptAccount(key, self._choices, self._questions)

    def forget_questions(self) -> None:
        """Keep no question of before, of whatever account."""
        if self._questions.table:
            self._questions.change(lambda _: {})

    def read(self) -> None:
        """Read all that is kept, which else waits until somebody asks for it."""
        for file in (self._choices, self._questions):
            assert file.table is not None

    def close(self) -> None:
        """Write what is waiting, as far as the disk takes it in time."""
        self._choices.close()
        self._questions.close()


def troubles_in(folder: Path) -> list[str]:
    """Return what is wrong with the files in a folder, and what becomes of them."""
    troubles: list[str] = []
    ChoicesFile(folder, troubles.append).read()
    return troubles


class KeptAccount:
    """What is kept of one account; nothing here waits but for the first call of each file."""

    def __init__(self, key: AccountKey, choices: StateFile, questions: StateFile) -> None:
        self._key: Table = {"api": key.api, "base_url": key.base_url, "owner": key.owner}
        self._choices_file = choices
        self._questions_file = questions

    @property
    def choices(self) -> AccountChoices:
        table = _account(self._choices_file.table, self._key)
        last = _table(table.get("last_session"))
        session_id, bot_id = _name(last.get("id")), _name(last.get("bot"))
        session = LastSession(session_id, bot_id) if session_id else None
        return AccountChoices(_chosen(table.get("bot")), session)

    def choose_bot(self, chosen: Chosen | None) -> None:
        """Keep which bot was picked; `None` for the one that is configured."""
        self._change(lambda table: {**table, "bot": _told(chosen)})

    def note_last_session(self, session: LastSession | None) -> None:
        """Keep which session was open last."""
        told: JsonValue = None
        if session is not None:
            told = {"id": session.id, "bot": session.bot_id}
        self._change(lambda table: {**table, "last_session": told})

    @property
    def pinned(self) -> frozenset[str]:
        return frozenset(_pins(_account(self._choices_file.table, self._key)))

    def pin(self, session_id: str, is_pinned: bool) -> None:
        """Keep that a session is pinned, or that it is not."""

        def changed(table: Table) -> Table:
            pins: list[JsonValue] = [session_id] if is_pinned else []
            pins += [each for each in _pins(table) if each != session_id]
            return {**table, "pins": pins[:MAX_PINS]}

        self._change(changed)

    def questions(self) -> Sequence[str]:
        """Return what was asked before, newest first, no text twice."""
        return _texts(_account(self._questions_file.table, self._key))

    def remember_question(self, text: str) -> None:
        """Put a text before all earlier questions."""
        if len(text) > MAX_QUESTION_CHARS:
            return

        def changed(table: Table) -> Table:
            texts: list[JsonValue] = [text]
            texts += [each for each in _texts(table) if each != text]
            return {**table, "questions": texts[:MAX_QUESTIONS]}

        self._questions_file.change(lambda table: _with_account(table, self._key, changed))

    def _change(self, change: Change) -> None:
        self._choices_file.change(lambda table: _with_account(table, self._key, change))


def _accounts(table: Table) -> list[Table]:
    value = table.get("accounts")
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _is_of(account: Table, key: Table) -> bool:
    return all(account.get(name) == value for name, value in key.items())


def _account(table: Table, key: Table) -> Table:
    return next((each for each in _accounts(table) if _is_of(each, key)), {})


def _with_account(table: Table, key: Table, change: Change) -> Table:
    """Return `table` with one account changed, before all others."""
    account = change(_account(table, key))
    rest = [each for each in _accounts(table) if not _is_of(each, key)]
    accounts: list[JsonValue] = [dict(each) for each in ({**account, **key}, *rest)]
    return {**table, "accounts": accounts[:MAX_ACCOUNTS]}


def _without_oldest(table: Table) -> Table:
    accounts: list[JsonValue] = [dict(each) for each in _accounts(table)[:-1]]
    known = {key: table[key] for key in ("theme", "session_list", "last_profile") if key in table}
    return {**known, "accounts": accounts}


def _with_half_the_questions(table: Table) -> Table:
    accounts: list[JsonValue] = []
    for each in _accounts(table):
        texts = _texts(each)
        key = {name: each.get(name) for name in ("api", "base_url", "owner")}
        accounts.append({**key, "questions": [*texts[: len(texts) // 2]]})
    return {"accounts": accounts}


def _pins(account: Table) -> list[str]:
    value = account.get("pins")
    return [*filter(None, map(_name, value))] if isinstance(value, list) else []


def _texts(account: Table) -> list[str]:
    value = account.get("questions")
    texts = value if isinstance(value, list) else []
    is_text = (isinstance(each, str) and len(each) <= MAX_QUESTION_CHARS for each in texts)
    kept = (str(each) for each, is_one in zip(texts, is_text, strict=True) if is_one)
    return [*dict.fromkeys(kept)][:MAX_QUESTIONS]


def _chosen(value: JsonValue) -> Chosen | None:
    table = _table(value)
    name = _name(table.get("value"))
    return Chosen(name, _name(table.get("instead_of"))) if name else None


def _told(chosen: Chosen | None) -> JsonValue:
    if chosen is None:
        return None
    return {"value": chosen.value, "instead_of": chosen.instead_of}


def _table(value: JsonValue) -> Table:
    return value if isinstance(value, dict) else {}


def _name(value: JsonValue) -> str:
    """Return a name or an id as it was written, empty for what can be none."""
    is_name = isinstance(value, str) and clean_line(value, _MAX_NAME_CHARS) == value
    return str(value) if is_name else ""
