from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.app import App
from textual.binding import Binding, BindingsMap
from textual.dom import DOMNode

from tests.tables import each_row
from tui.ui.app import RunnelApp
from tui.ui.commands.context import Context
from tui.ui.commands.contexts import CONTEXTS, DIALOG_CONTEXTS
from tui.ui.commands.keymap import check_keymap
from tui.ui.key_bindings import bindings_of

EVERYWHERE = (Context("Anywhere", RunnelApp), *CONTEXTS, *DIALOG_CONTEXTS)


class Program(App[None]):
    BINDINGS = [
        Binding("f1", "help", "Help", priority=True, id="program.help"),
        Binding("f2", "look", "Look", id="program.look"),
    ]


class Room(DOMNode):
    BINDINGS = [
        Binding("escape", "stop", "Stop", id="room.stop"),
        Binding("escape", "leave", "Leave", id="room.leave"),
        Binding("ctrl+n", "make", "Make", id="room.make"),
    ]


class Table(DOMNode):
    BINDINGS = [Binding("x", "mark", "Mark", id="table.mark")]


class Lamp(DOMNode):
    BINDINGS = [Binding("x", "shine", "Shine", id="lamp.shine")]


CONTEXTS_HERE = (
    Context("Anywhere", Program),
    Context("In the room", Room),
    Context("At the table", Table, within=Room),
    Context("At a lamp", Lamp, within=Room),
)


def told(keymap: Mapping[str, str]) -> Sequence[str]:
    return [each.sentence for each in check_keymap(keymap, CONTEXTS_HERE)[1]]


@each_row(
    ("keymap", "sentences"),
    [
        ({}, []),
        ({"room.make": "f9", "lamp.shine": "f8"}, []),
        ({"lamp.shine": "x"}, []),
        ({"room.mak": "f9"}, ["[keys] room.mak is no action; did you mean 'room.make'?"]),
        ({"zzz": "f9"}, ["[keys] zzz is no action; F1 lists the actions."]),
        (
            {"room.make": "escape"},
            [
                "[keys] room.make has Esc, which 'room.stop' loses.",
                "[keys] room.make has Esc, which 'room.leave' loses.",
            ],
        ),
        (
            {"room.make": "f1"},
            [
                "[keys] room.make has F1, like 'program.help':"
                " in the room 'program.help' acts, not 'room.make'."
            ],
        ),
        (
            {"room.make": "f2"},
            [
                "[keys] room.make has F2, like 'program.look':"
                " in the room 'room.make' acts, not 'program.look'."
            ],
        ),
        (
            {"room.make": "x"},
            [
                "[keys] room.make has x, like 'table.mark':"
                " at the table 'table.mark' acts, not 'room.make'.",
                "[keys] room.make has x, like 'lamp.shine':"
                " at a lamp 'lamp.shine' acts, not 'room.make'.",
            ],
        ),
        (
            {"room.make": "f9", "room.stop": "f9"},
            ["[keys] room.make has F9, which 'room.stop' loses."],
        ),
        (
            {"room.make": "ctrl+shift+m"},
            ["[keys] room.make has Ctrl+Shift+M, which most terminals cannot send."],
        ),
        (
            {"room.make": "ctrl+h"},
            ["[keys] room.make has Ctrl+H, which terminals send as Backspace."],
        ),
        ({"room.make": "crtl+n"}, ["[keys] room.make has 'crtl+n', which is no key."]),
        ({"room.make": "f9,"}, ["[keys] room.make has '', which is no key."]),
    ],
)
def test_each_clash_and_each_impossible_key_is_told(
    keymap: Mapping[str, str], sentences: Sequence[str]
) -> None:
    assert told(keymap) == sentences


def test_escape_sequences_in_an_action_or_a_key_are_not_drawn() -> None:
    assert "\x1b" not in "".join(told({"\x1b[2J" * 30: "f3", "room.make": "\x1b[2J"}))


def test_an_unknown_action_is_left_out_of_what_can_be_used() -> None:
    usable, _ = check_keymap({"room.mak": "f9", "room.make": "f8"}, CONTEXTS_HERE)
    assert usable == {"room.make": "f8"}


def test_actions_that_share_a_key_keep_it_when_one_of_them_gets_another() -> None:
    usable, problems = check_keymap({"room.stop": "f9"}, CONTEXTS_HERE)
    assert problems == []
    bindings = BindingsMap(Room.BINDINGS)
    bindings.apply_keymap(usable)
    assert {
        key: [each.id for each in found] for key, found in bindings.key_to_bindings.items()
    } == {
        "f9": ["room.stop"],
        "escape": ["room.leave"],
        "ctrl+n": ["room.make"],
    }


def test_no_key_of_ours_is_one_that_terminals_cannot_send_alone() -> None:
    for context in EVERYWHERE:
        for binding in bindings_of(context.owner):
            one = {binding.id or "": binding.key.split(",")[0]}
            unsent = [
                each for each in check_keymap(one, EVERYWHERE)[1] if "which " in each.predicate
            ]
            assert not [each for each in unsent if "loses" not in each.predicate], binding
