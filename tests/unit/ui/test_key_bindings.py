from __future__ import annotations

from textual.binding import Binding
from textual.dom import DOMNode

from tests.tables import each_row
from tui.ui.key_bindings import KeyHelp, bindings_of, key_help, key_name


class Plain(DOMNode):
    BINDINGS = [
        Binding("ctrl+n", "make", "Make", id="plain.make"),
        Binding("x", "hidden", "Has no id"),
        ("y", "also_hidden", "A tuple"),
    ]


class Special(Plain):
    BINDINGS = [
        Binding("ctrl+o,f5", "open", "Open", id="special.open"),
        Binding("ctrl+e", "make", "Make anew", id="plain.make"),
    ]


@each_row(
    ("key", "name"),
    [
        ("ctrl+n", "Ctrl+N"),
        ("f1", "F1"),
        ("alt+up", "Alt+Up"),
        ("space", "Space"),
        ("escape", "Esc"),
        ("y", "y"),
        ("G", "G"),
        ("alt+shift+z", "Alt+Shift+Z"),
        ("enter", "Enter"),
        ("ctrl+pagedown", "Ctrl+PgDn"),
        ("slash", "/"),
        ("ctrl+shift+up", "Ctrl+Shift+Up"),
        ("plus", "+"),
    ],
)
def test_a_key_is_told_as_a_person_reads_it(key: str, name: str) -> None:
    assert key_name(key) == name


def test_bindings_with_an_id_count_once_the_nearest_first() -> None:
    assert [(each.id, each.key) for each in bindings_of(Special)] == [
        ("special.open", "ctrl+o,f5"),
        ("plain.make", "ctrl+e"),
    ]
    assert [each.id for each in bindings_of(Plain)] == ["plain.make"]


def test_help_tells_the_keys_as_they_are_remapped() -> None:
    assert key_help(Special, {"plain.make": "f2, alt+m"}) == [
        KeyHelp("special.open", "open", "Open", ("Ctrl+O", "F5")),
        KeyHelp("plain.make", "make", "Make anew", ("F2", "Alt+M")),
    ]


def test_a_key_that_goes_to_another_action_is_not_shown_for_both() -> None:
    keymap = {"plain.make": "f5,f6"}
    assert [each.keys for each in key_help(Special, keymap)] == [("Ctrl+O",), ("F5", "F6")]
