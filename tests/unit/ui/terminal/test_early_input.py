from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.tables import each_row
from tui.ui.terminal import modes
from tui.ui.terminal.early_input import EarlyInput


@contextmanager
def both_ends(of: Callable[[], tuple[int, int]]) -> Iterator[tuple[int, int]]:
    ends = of()
    try:
        yield ends
    finally:
        for end in ends:
            os.close(end)


@each_row("read_bytes", [1, 3, 4096])
@each_row(
    ("before", "behind", "read"),
    [
        (b"Why?\r", b"", b"Why?\r"),
        (b"Why?\rHow", b"", b"Why?\rHow"),
        (b"Why?\r\rHow\r", b"So\n\r", b"Why?\r\rHow\rSo\n\r"),
        (b"half", b" and\nhalf\r", b"half and\nhalf\r"),
        # meant for the shell
        (b"\r", b"\r", b"\r"),
        (b"\r\r\rWhy?\r", b"\n", b"Why?\r\n"),
        (b"", b"\rWhy?\n", b"\rWhy?\n"),
    ],
)
def test_enter_is_enter_before_the_terminal_was_raw_as_behind_that(
    before: bytes, behind: bytes, read: bytes, read_bytes: int
) -> None:
    with both_ends(os.openpty) as (person, program):
        os.write(person, before)
        # shown by the terminal when it has it, which is later on a busy machine
        shown_bytes = len(before.replace(b"\r", b"\r\n"))
        while shown_bytes:
            shown_bytes -= len(os.read(person, shown_bytes))
        early = EarlyInput(program, modes.make_raw(program))
        os.write(person, behind)
        came, left_bytes = b"", len(before + behind)
        while left_bytes:
            data = os.read(program, read_bytes)
            left_bytes -= len(data)
            came += early.as_typed(data)
        assert came == read


def test_what_was_typed_in_a_raw_terminal_or_is_no_terminal_stays_as_it_is() -> None:
    with both_ends(os.openpty) as (person, program):
        modes.make_raw(program)
        os.write(person, b"\none\n")
        early = EarlyInput(program, modes.make_raw(program))
        assert early.as_typed(os.read(program, 9)) == b"\none\n"
    with both_ends(os.pipe) as (program, person):
        os.write(person, b"\none\n")
        early = EarlyInput(program, modes.make_raw(program))
        assert early.as_typed(os.read(program, 9)) == b"\none\n"
