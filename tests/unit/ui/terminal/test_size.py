from __future__ import annotations

import fcntl
import os
import pty
import struct
import termios

import pytest
from textual.geometry import Size

from tests.tables import each_row
from tui.ui.cells import cell_len
from tui.ui.terminal.size import USABLE, drawn_size, is_usable, terminal_size, too_small_line


@each_row("width", range(201))
def test_the_line_of_a_small_window_fits_and_is_never_empty(width: int) -> None:
    assert 0 < cell_len(too_small_line(width)) <= max(1, width)


def test_what_is_drawn_for_is_always_usable() -> None:
    for width in (0, 1, 9, 10, 80, 65_535):
        for height in (0, 1, 4, 5, 24, 65_535):
            drawn = drawn_size(Size(width, height))
            assert is_usable(drawn)
            assert drawn.area <= 500_000
    assert drawn_size(Size(80, 24)) == Size(80, 24)
    assert not is_usable(Size(USABLE.width - 1, 40))
    assert not is_usable(Size(40, USABLE.height - 1))


def test_the_size_is_that_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("LINES", "60")
    main, side = pty.openpty()
    try:
        for rows, columns, expected in [(7, 33, Size(33, 7)), (0, 0, Size(80, 24))]:
            fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            assert terminal_size(side) == expected
    finally:
        os.close(main)
        os.close(side)


def test_what_is_no_terminal_has_some_size() -> None:
    read, write = os.pipe()
    try:
        assert is_usable(terminal_size(read))
    finally:
        os.close(read)
        os.close(write)
