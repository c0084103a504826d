from __future__ import annotations

from functools import partial

import pytest

from tests.e2e.conftest import Open
from tests.e2e.terminal import Terminal

CTRL_Q = "\x11"
READY = "/GPT-5.2"


def stands_alone(terminal: Terminal, line: str) -> bool:
    first, *others = terminal.text.split("\n")
    return first.strip() == line and not "".join(others).strip()


def quit_well(terminal: Terminal) -> None:
    terminal.send(CTRL_Q * 2)
    assert terminal.wait_exit() == 0
    assert b"Traceback" not in terminal.raw


def test_it_begins_in_a_window_too_small_whatever_columns_and_lines_are_exported(
    open_terminal: Open,
) -> None:
    exported = {"COLUMNS": "200", "LINES": "50"}
    terminal = open_terminal("demo", extra=exported, columns=9, rows=4)
    terminal.wait_for(partial(stands_alone, terminal, "Too small"))
    terminal.resize(90, 20)
    terminal.wait_for(READY)
    # the last line of a screen of this size, and the whole width of it
    terminal.wait_for(lambda: terminal.text.splitlines()[19].startswith(" Enter Send"))
    terminal.wait_for(lambda: terminal.text.splitlines()[15].strip() == "┏" + "━" * 88 + "┓")
    quit_well(terminal)


@pytest.mark.warm_start
def test_no_size_and_no_storm_of_sizes_takes_away_what_is_typed(open_terminal: Open) -> None:
    terminal = open_terminal("demo")
    terminal.wait_for(READY)
    terminal.send("my draft")
    terminal.wait_for("┃ my draft")
    for columns, rows, line in [
        (70, 4, "This window is too small: Runnel needs 10 columns and 5 rows."),
        (16, 1, "Needs 10×5."),
        (9, 40, "Too small"),
        (2, 2, "…"),
        (1, 1, "…"),
    ]:
        terminal.resize(columns, rows)
        terminal.wait_for(partial(stands_alone, terminal, line))
    terminal.send(" goes on")
    terminal.resize(60, 5)
    terminal.wait_for("█ my draft goes on")
    terminal.resize(120, 36)
    terminal.wait_for("┃ my draft goes on")
    terminal.wait_for("Ctrl+Q Quit")
    for step in range(300):
        terminal.resize(1 + step * 7 % 160, 1 + step * 5 % 50)
    terminal.resize(90, 20)
    terminal.wait_for("┃ my draft goes on")
    terminal.wait_for(lambda: terminal.text.splitlines()[19].startswith(" Enter Send"))
    quit_well(terminal)
