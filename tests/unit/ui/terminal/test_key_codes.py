from __future__ import annotations

from textual import events

from tests.tables import each_row
from tests.unit.ui.terminal.key_bytes import TERMINALS
from tests.unit.ui.terminal.parsed import bytewise, keys, read, typed
from tui.ui.commands.contexts import CONTEXTS, DIALOG_CONTEXTS
from tui.ui.key_bindings import bindings_of
from tui.ui.terminal.input_parser import InputParser

NOT_ON_THE_CONSOLE = {"chat.previous", "chat.next", "chat.last"}
"""Its keyboard sends nothing of its own for Alt or Ctrl with these keys; the palette has them."""


@each_row("terminal", TERMINALS)
def test_every_key_of_a_terminal_is_that_key_whole_and_in_pieces(terminal: str) -> None:
    for data, key in TERMINALS[terminal].items():
        assert keys(data) == [key], data
        assert keys(*bytewise(data)) == [key], data


@each_row("terminal", TERMINALS)
def test_keys_in_a_burst_are_the_same_keys(terminal: str) -> None:
    # an ESC of its own would belong to what comes after it
    table = {data: key for data, key in TERMINALS[terminal].items() if data != b"\x1b"}
    assert keys(b"".join(table)) == list(table.values())


@each_row("terminal", TERMINALS)
def test_only_characters_type_something(terminal: str) -> None:
    for data, key in TERMINALS[terminal].items():
        is_character = len(key) == 1 or key in ("space", "slash", "asterisk")
        assert bool(typed(read(data))) is is_character, data


@each_row("terminal", ["xterm", "VTE", "kitty", "tmux", "rxvt", "Linux console"])
def test_every_action_that_f1_lists_has_a_key_that_a_terminal_sends(terminal: str) -> None:
    characters = [key for code in range(0x20, 0x7F) for key in keys(bytes([code]))]
    known = {*TERMINALS[terminal].values(), *characters}
    for context in (*CONTEXTS, *DIALOG_CONTEXTS):
        for binding in bindings_of(context.owner):
            names = [name.strip() for name in binding.key.split(",")]
            assert any(name in known for name in names) or (
                terminal == "Linux console" and binding.id in NOT_ON_THE_CONSOLE
            ), binding.id


@each_row("wait", ["[", "O", "]", "P", "_", "^", "X"])
def test_alt_with_a_letter_that_begins_a_sequence_is_a_key_after_a_moment(wait: str) -> None:
    parser = InputParser()
    assert parser.feed(b"\x1b" + wait.encode()) == []
    (message,) = parser.expire()
    assert isinstance(message, events.Key)
    assert message.key.startswith("alt+")
    assert message.character is None


def test_escape_twice_is_escape_twice() -> None:
    assert keys(b"\x1b\x1b") == ["escape", "escape"]
    assert keys(b"\x1b" * 5000) == ["escape"] * 5000
