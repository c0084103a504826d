"""Addresses that stand in answers: none is opened before a person has seen all of it."""

from __future__ import annotations

from typing import Any

from textual.app import App
from textual.screen import Screen

from tests.tables import each_row
from tui.ui.dialogs.ask import Prompter
from tui.ui.dialogs.confirm import ConfirmScreen
from tui.ui.terminal.browser import Browser
from tui.ui.transcript.external_open import ExternalOpener

LONG = f"https://127.0.0.1/{'x' * 3_000}"
OPENED, COPIED = "opened", "copied"
TO_OPEN = "Open this address in the browser?"
NOT_WHOLE = "This address cannot be shown whole. Copy it?"
NO_BROWSER = "There is no browser here to open this address with. Copy it?"
NOT_TAKEN = "The browser did not take this address. Copy it?"


class TriedBrowser(Browser):
    """Takes an address or not, where it is there."""

    def __init__(self, is_there: bool, takes: bool) -> None:
        super().__init__({}, "test")
        self._is_there, self._takes = is_there, takes
        self.opened: list[str] = []

    @property
    def command(self) -> list[str] | None:
        return ["browser"] if self._is_there else None

    async def open(self, address: str) -> bool:
        self.opened.append(address)
        return self._takes


class Person:
    """Says yes to the first questions, so many times, then no."""

    def __init__(self, agrees: int) -> None:
        self._agrees = agrees
        self.asked: list[str] = []
        self.told: list[str] = []
        self.copied: list[str] = []

    async def ask(self, dialog: Screen[Any], /) -> Any:
        assert isinstance(dialog, ConfirmScreen)
        self.asked.append(dialog._question)
        return len(self.asked) <= self._agrees


@each_row(
    ("target", "has_browser", "takes", "agrees", "asked", "done"),
    [
        ("https://127.0.0.1/a", True, True, 1, [TO_OPEN], OPENED),
        ("mailto:a@example.org", True, True, 1, [TO_OPEN], OPENED),
        ("https://127.0.0.1/a", True, True, 0, [TO_OPEN], ""),
        ("https://127.0.0.1/a", True, False, 2, [TO_OPEN, NOT_TAKEN], COPIED),
        ("https://127.0.0.1/a", True, False, 1, [TO_OPEN, NOT_TAKEN], ""),
        ("https://127.0.0.1/a", False, True, 1, [NO_BROWSER], COPIED),
        # what acts, turns the direction of writing or is too long to be seen whole
        ("https://127.0.0.1/\x1b[2J", True, True, 1, [NOT_WHOLE], COPIED),
        ("https://127.0.0.1/\u202egro.elpmaxe", True, True, 0, [NOT_WHOLE], ""),
        (LONG, True, True, 1, [NOT_WHOLE], COPIED),
        ("file:///etc/passwd", True, True, 9, [], ""),
        ("javascript:alert(1)", True, True, 9, [], ""),
        ("", True, True, 9, [], ""),
    ],
)
async def test_an_address_is_opened_only_when_all_of_it_was_seen_and_agreed_to(
    target: str, has_browser: bool, takes: bool, agrees: int, asked: list[str], done: str
) -> None:
    person, browser = Person(agrees), TriedBrowser(has_browser, takes)
    opener = ExternalOpener(
        App[None](),
        Prompter(person.told.append, lambda error: None, person.ask),
        lambda text, noun: person.copied.append(text),
        browser,
    )
    await opener.open_address(target)
    assert person.asked == asked
    assert person.copied == [target] * (done == COPIED)
    assert (browser.opened == [target]) is (TO_OPEN in asked and agrees > 0)
    assert (person.told == []) is bool(asked)
