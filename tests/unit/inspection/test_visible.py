from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from tests.tables import each_row
from tui.inspection.visible import visible, visible_line
from tui.safe_text import clean

MARKS = {
    "escape": (b"\x1b[31m", "␛[31m"),
    "nul": (b"a\x00b", "a␀b"),
    "crlf": (b"a\r\nb", "a␍\nb"),
    "c1": ("\x9b31m".encode(), "⟨U+009B⟩31m"),
    "broken UTF-8": (b"a\xff\xc3b", "a⟨FF⟩⟨C3⟩b"),
    "half a character": ("漢".encode()[:2], "⟨E6⟩⟨BC⟩"),
    "bidi": ("a\u202eb".encode(), "a⟨U+202E⟩b"),
    "zero width": ("a\u200bb".encode(), "a⟨U+200B⟩b"),
    "byte order mark": (b"\xef\xbb\xbfdata", "⟨U+FEFF⟩data"),
    "tag": ("\U000e0041".encode(), "⟨U+E0041⟩"),
    "words": ("Grüße, 漢字".encode(), "Grüße, 漢字"),
}


@each_row("name", MARKS)
def test_what_would_act_or_hide_is_a_mark(name: str) -> None:
    data, shown = MARKS[name]
    assert visible(data, 100) == shown


@given(st.binary(max_size=200), st.integers(0, 250))
def test_any_bytes_are_safe_to_draw_and_on_one_line_if_so_asked(data: bytes, limit: int) -> None:
    shown, line = visible(data, limit), visible_line(data, limit)
    assert clean(shown) == shown
    assert clean(line) == line
    assert not any(unicodedata.category(each) == "Cc" for each in line)


def test_what_is_not_shown_is_counted_and_costs_nothing() -> None:
    assert visible(b"x" * 10_000_000, 4) == "xxxx\n… 10.0 MB more"
    assert visible_line(b"x" * 10_000_000, 4) == "xxxx…"
    # of a character that is cut through nothing is told
    assert visible("ab漢".encode(), 3) == "ab\n… 2 B more"
