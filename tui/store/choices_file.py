"""Choices in a file of the state folder: what is needed before the first frame."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tui.safe_text import JsonValue, clean_line
from tui.store.choices import Chosen, ListLook, LookChoices
from tui.store.state_file import StateFile, Table

CHOICES_FILE = "choices.json"
MAX_CHOICES_BYTES = 1_000_000
_MAX_NAME_CHARS = 300
_MAX_WIDTH_CELLS = 1_000


class ChoicesFile(LookChoices):
    """All that is kept in `folder`; with `None` it ends with the process.

    Whatever stands in the file in another shape than it should counts as not there. `on_trouble` is
    called, in any thread, with a sentence when something cannot be kept.
    """

    def __init__(self, folder: Path | None, on_trouble: Callable[[str], None]) -> None:
        self._choices = StateFile(
            None if folder is None else folder / CHOICES_FILE,
            max_bytes=MAX_CHOICES_BYTES,
            limit=_known,
            on_trouble=on_trouble,
        )

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

    def read(self) -> None:
        """Read all that is kept, which else waits until somebody asks for it."""
        assert self._choices.table is not None

    def close(self) -> None:
        """Write what is waiting, as far as the disk takes it in time."""
        self._choices.close()


def troubles_in(folder: Path) -> list[str]:
    """Return what is wrong with the file in a folder, and what becomes of it."""
    troubles: list[str] = []
    ChoicesFile(folder, troubles.append).read()
    return troubles


def _known(table: Table) -> Table:
    return {key: table[key] for key in ("theme", "session_list", "last_profile") if key in table}


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
    """Return a name as it was written, empty for what can be none."""
    is_name = isinstance(value, str) and clean_line(value, _MAX_NAME_CHARS) == value
    return str(value) if is_name else ""
