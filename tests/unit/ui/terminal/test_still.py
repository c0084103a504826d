from __future__ import annotations

from rich.segment import Segment
from rich.style import Style

from tui.ui.terminal.still import joined

RED, BLUE = Style(color="red", bgcolor="black"), Style(color="blue", bgcolor="black")
BOLD = Style(color="red", bgcolor="black", bold=True)
UNDERLINED = Style(color="red", bgcolor="black", underline=True)


def test_a_row_is_in_the_same_pieces_however_it_was_cut_and_whatever_its_blanks_tell() -> None:
    whole = [Segment("one two", RED), Segment("  ", BLUE), Segment("three", BLUE)]
    click = Style.from_meta({"@click": "x"})
    cut = [
        Segment("on", RED),
        Segment("e", RED + click),
        Segment(" ", BOLD),
        Segment("two ", RED),
        Segment(" ", RED),
        Segment("thr", BLUE),
        Segment("ee", BLUE),
    ]
    assert joined(cut) == joined(whole) == [Segment("one two  ", RED), Segment("three", BLUE)]


def test_blanks_that_are_seen_stay_by_themselves() -> None:
    row = [Segment("a", RED), Segment(" ", UNDERLINED), Segment(" ", Style(bgcolor="white"))]
    assert joined(row) == row
