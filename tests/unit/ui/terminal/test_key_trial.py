from __future__ import annotations

import termios
from collections.abc import Sequence

import pytest

from tests.unit.ui.terminal.played_terminal import PlayedTerminal
from tui.ui.terminal.key_trial import shown_bytes, try_keys


def test_each_key_is_told_with_its_bytes_until_ctrl_c() -> None:
    told: list[tuple[str, list[str]]] = []

    def tell(sent: str, keys: Sequence[str]) -> None:
        told.append((sent, [*keys]))

    with PlayedTerminal() as terminal:
        before = termios.tcgetattr(terminal.side)
        terminal.type("a\x1ba\x1b[1;5D\x1b[13;2ué\x1bOP\x1b[99;5u".encode())
        try_keys(terminal.side, terminal.side, tell)
        assert termios.tcgetattr(terminal.side) == before
        assert terminal.typed == b""
    assert told == [
        ("a", ["a"]),
        ("ESC a", ["alt+a"]),
        ("ESC [1;5D", ["ctrl+left"]),
        ("ESC [13;2u", ["shift+enter"]),
        (r"\xc3\xa9", ["é"]),
        ("ESC OP", ["f1"]),
    ]


def test_nobody_at_the_keys_ends_it_and_what_means_nothing_is_told() -> None:
    told: list[tuple[str, list[str]]] = []
    with PlayedTerminal() as terminal:
        terminal.type(b"\x1b[?62c")
        try_keys(terminal.side, terminal.side, lambda *each: told.append((each[0], [*each[1]])), 0)
    assert told == [("ESC [?62c", [])]


@pytest.mark.parametrize(
    ("data", "shown"), [(b"\x1bOP", "ESC OP"), (b"\x00\x7f", "^@^?"), (b"\x9b", r"\x9b")]
)
def test_bytes_are_shown_as_people_write_them(data: bytes, shown: str) -> None:
    assert shown_bytes(data) == shown
