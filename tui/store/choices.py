"""Choices of a person that stay from one start to the next: values, and protocols of their stores.

Light to import: the first frame is drawn in what was chosen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from msgspec import Struct, field

from tui.safe_text import SafeText


class Chosen(Struct, frozen=True):
    """What was picked in place of what is configured; it stands until that is something else."""

    value: str
    instead_of: str = ""
    """What was configured then, empty for nothing."""


def in_force(chosen: Chosen | None, configured: str) -> str:
    """Return what was chosen, empty when nothing was, or something else is configured than then."""
    return chosen.value if chosen is not None and chosen.instead_of == configured else ""


class LastSession(Struct, frozen=True):
    """The session that was open last."""

    id: str
    bot_id: str = ""
    """The bot whose list it is in; empty where sessions belong to none."""


class AccountChoices(Struct, frozen=True):
    """What was chosen in one account, but for pins and questions."""

    bot: Chosen | None = None
    last_session: LastSession | None = None
    sync: Chosen | None = None
    """Whether all sessions are copied while the app runs: `on` or `off`."""
    goes_without_key: bool = False
    """A person was asked for the key, and did not want to tell it."""
    bots: Mapping[str, SafeText] = field(default_factory=dict)
    """Names of what could be chosen when the server was asked last, by id."""


class ChoiceStore(Protocol):
    """What was chosen in one account."""

    async def all(self) -> AccountChoices: ...

    def choose_bot(self, chosen: Chosen | None) -> None: ...

    def choose_sync(self, chosen: Chosen | None) -> None: ...

    def go_without_key(self, without: bool) -> None: ...

    def note_last_session(self, session: LastSession | None) -> None: ...

    def note_bots(self, names: Mapping[str, SafeText]) -> None:
        """Keep what the bots are called, by id, in place of what is known of them."""
        ...


class ListLook(Struct, frozen=True):
    """The session list beside the chat."""

    width_cells: int = 0
    """0: as wide as suits the screen."""
    is_folded: bool = False
    """It is not beside the chat, but a picker as on a narrow screen."""


class LookChoices(Protocol):
    """How the app was made to look, whatever profile is open. Nothing here waits or raises."""

    @property
    def theme(self) -> Chosen | None: ...

    @property
    def session_list(self) -> ListLook: ...

    def choose_theme(self, chosen: Chosen | None) -> None:
        """Keep a theme; `None` for the one that is configured."""
        ...

    def choose_session_list(self, look: ListLook) -> None: ...


class OwnLook(LookChoices):
    """Look that nobody keeps: it ends with the app."""

    def __init__(self) -> None:
        self._theme: Chosen | None = None
        self._session_list = ListLook()

    @property
    def theme(self) -> Chosen | None:
        return self._theme

    @property
    def session_list(self) -> ListLook:
        return self._session_list

    def choose_theme(self, chosen: Chosen | None) -> None:
        self._theme = chosen

    def choose_session_list(self, look: ListLook) -> None:
        self._session_list = look
