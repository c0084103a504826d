from __future__ import annotations

import re

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tests.tables import each_row
from tui.safe_text import drawable
from tui.ui.terminal.ansi_writer import AnsiWriter, change, in_256_colours, look_alike, split

RED = "38;2;255;0;0"
DARK = "48;2;10;10;10"


def drawn(written: str) -> list[object]:
    """Return the cells that a terminal shows after this, without the colour of blanks."""
    screen = pyte.Screen(80, 2)
    pyte.Stream(screen).feed(written)
    cells = (screen.buffer[y][x] for y in range(2) for x in range(80))
    return [
        cell._replace(fg="any", bold=False, italics=False)
        if cell.data == " " and not (cell.underscore or cell.strikethrough or cell.reverse)
        else cell
        for cell in cells
    ]


@each_row(
    ("before", "after", "expected"),
    [
        ("", "", ""),
        ("", f"1;{RED}", f"\x1b[1;{RED}m"),
        (f"1;{RED}", "", "\x1b[0m"),
        (f"{RED};{DARK}", f"31;{DARK}", "\x1b[31m"),
        (f"{RED};{DARK}", RED, f"\x1b[0;{RED}m"),
        (DARK, f"{RED};{DARK}", f"\x1b[{RED}m"),
        (f"1;{RED}", f"1;3;{RED}", "\x1b[3m"),
        (f"1;3;{RED}", f"1;{RED}", f"\x1b[0;1;{RED}m"),
        ("38;5;9", "38;5;10", "\x1b[38;5;10m"),
        ("97;40", "90;40", "\x1b[90m"),
    ],
)
def test_going_over_takes_only_the_codes_that_differ(
    before: str, after: str, expected: str
) -> None:
    assert change(before, after) == expected


@each_row(
    ("codes", "expected"),
    [
        ("", ""),
        ("1;31;48;5;234", "1;31;48;5;234"),
        (RED, "38;5;196"),
        (f"1;3;{RED};{DARK}", "1;3;38;5;196;48;5;232"),
        (f"2;92;{DARK}", "2;92;48;5;232"),
        # dim is no colour
        ("1;2;38;5;4", "1;2;38;5;4"),
    ],
)
def test_where_there_are_256_colours_the_nearest_of_them_is_written(
    codes: str, expected: str
) -> None:
    assert in_256_colours(codes) == expected


def test_a_style_that_was_written_in_all_colours_before_is_written_in_few_now() -> None:
    style = Style(color="#ff0000", bold=True)
    assert AnsiWriter(ColorSystem.TRUECOLOR).write([Segment("a", style)]) == f"\x1b[1;{RED}ma"
    assert AnsiWriter(ColorSystem.EIGHT_BIT).write([Segment("a", style)]) == "\x1b[1;38;5;196ma"


def test_codes_are_told_apart() -> None:
    assert split(f"1;3;{RED};48;5;234") == (frozenset({"1", "3"}), RED, "48;5;234")
    assert split("92;101") == (frozenset(), "92", "101")
    assert split("") == (frozenset(), "", "")


@each_row(
    ("before", "after", "alike"),
    [
        (f"{RED};{DARK}", f"1;{DARK}", True),
        (RED, DARK, False),
        (f"4;{DARK}", DARK, False),
        (DARK, f"7;{DARK}", False),
    ],
)
def test_blanks_look_alike_on_the_same_ground(before: str, after: str, alike: bool) -> None:
    assert look_alike(before, after) is alike


def test_what_is_set_stays_set_until_something_else_is_needed() -> None:
    red, bold = Style.parse("red on black"), Style.parse("bold red on black")
    writer = AnsiWriter(ColorSystem.STANDARD)
    assert writer.write([Segment("a", red), Segment("b", red)]) == "\x1b[31;40mab"
    assert writer.write([Segment(" ", bold), Segment("c", bold)]) == " \x1b[1mc"
    assert writer.rest() == "\x1b[0m"
    assert writer.rest() == ""
    assert writer.write([Segment("d")]) == "d"


def test_a_link_is_of_its_text_only() -> None:
    style = Style(link="https://example.org")
    written = AnsiWriter(None).write([Segment("here", style), Segment(" and on")])
    assert (
        written == f"\x1b]8;id={style.link_id};https://example.org\x1b\\here\x1b]8;;\x1b\\ and on"
    )


styles = st.builds(
    Style,
    color=st.sampled_from([None, "red", "#102030", "color(99)", "default", "bright_blue"]),
    bgcolor=st.sampled_from([None, "black", "#0a0a0a", "color(234)"]),
    bold=st.sampled_from([None, True, False]),
    italic=st.sampled_from([None, True]),
    underline=st.sampled_from([None, True]),
    strike=st.sampled_from([None, True]),
    reverse=st.sampled_from([None, True]),
)
segments = st.lists(st.builds(Segment, st.text("ab ", max_size=4), st.none() | styles), max_size=16)


@pytest.mark.slow
@given(segments)
def test_a_terminal_shows_the_same_as_with_each_segment_on_its_own(line: list[Segment]) -> None:
    console = Console(color_system="truecolor", force_terminal=True)
    writer = AnsiWriter(ColorSystem.TRUECOLOR)
    assert drawn(writer.write(line) + writer.rest()) == drawn(Strip(line).render(console))


@given(st.text(max_size=8), st.none() | styles)
def test_no_text_acts_on_the_terminal_or_takes_other_room(text: str, style: Style | None) -> None:
    writer = AnsiWriter(ColorSystem.TRUECOLOR)
    written = re.sub(r"\x1b\[[0-9;]*m", "", writer.write([Segment(text, style)]) + writer.rest())
    assert drawable(written) == written
    assert cell_len(written) == cell_len(text)


def test_an_address_that_would_end_its_link_is_none() -> None:
    style = Style(link="https://example.org/\x1b\\\x1b]52;c;RVZJTA==\x07")
    assert AnsiWriter(None).write([Segment("here", style)]) == "here"
