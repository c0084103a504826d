from __future__ import annotations

import pytest
from textual.events import Key, Paste

from tests.tables import each_row
from tui.model import Profile
from tui.ui.dialogs.confirm import ConfirmScreen
from tui.ui.dialogs.hint_labels import HintsScreen
from tui.ui.dialogs.sign_in import SignInScreen
from tui.ui.key_routing import Letters, begins_text, is_repeat, letters_of

A, D = Key("a", "a"), Key("d", "d")
ENTER, ESCAPE = Key("enter", "\r"), Key("escape", None)


@each_row(
    ("event", "begins"),
    [(A, True), (D, False), (ENTER, False), (Paste("d"), True), (Paste(""), True)],
)
def test_a_letter_that_means_nothing_where_one_reads_begins_a_text(
    event: Key | Paste, begins: bool
) -> None:
    assert begins_text(event, {"d", "enter"}) is begins


@pytest.mark.parametrize("letters", Letters)
def test_the_key_that_closed_a_dialog_is_not_for_what_is_behind(letters: Letters) -> None:
    assert is_repeat(letters, ENTER, ENTER)
    assert is_repeat(letters, A, A)
    assert not is_repeat(letters, ENTER, ESCAPE)
    assert not is_repeat(letters, ENTER, Paste("a"))
    assert not is_repeat(letters, Paste("a"), ENTER)


def test_a_letter_behind_a_label_is_not_for_what_is_behind() -> None:
    assert is_repeat(Letters.LABELS, A, D)
    assert not is_repeat(Letters.LABELS, A, ENTER)
    assert not is_repeat(Letters.TEXT, A, D)


def test_a_dialog_says_what_letters_are_on_it() -> None:
    assert letters_of(HintsScreen([], [])) is Letters.LABELS
    assert letters_of(SignInScreen(Profile("p", "api", "http://p"), "token")) is Letters.SECRET
    assert letters_of(ConfirmScreen("Really?")) is Letters.TEXT
