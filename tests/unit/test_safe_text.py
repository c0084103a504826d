from __future__ import annotations

import json
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.tables import each_row
from tui.safe_text import (
    MAX_LINE_CHARS,
    TextCleaner,
    clean,
    clean_json,
    clean_line,
    drawable,
    linkable,
    sendable,
)

HOSTILE = (
    "\x1b]52;c;aGk=\x07 \x9b2J \x00\x08\x7f \r\n \r \u2028\u2029\x85\x0b\x0c "
    "\u202eevil\u202c\u2066x\u2069 \u200b\ufeff\u00ad\u2060 \U000e0041\U000e007f "
    "\ud83d\ude00 \ud83d \ude00 \ufffe \u061c\u200e\u200f \U000e0100 \ufff9\U0001d173"
)
ANY_TEXT = st.text(
    st.one_of(
        st.sampled_from(sorted(set(HOSTILE))),
        st.characters(),
        st.characters(categories=["Cs", "Cc", "Cf"]),
    )
)
# joiners are part of words; the others are signs one can see
KEPT_FORMATS = {
    "\u200c",
    "\u200d",
    *map(chr, (*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD)),
    *map(chr, range(0x13430, 0x13440)),
}


def is_unsafe(character: str) -> bool:
    if character in "\n\t" or character in KEPT_FORMATS:
        return False
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") or (
        "\U000e0000" <= character <= "\U000e0fff"
    )


def is_plain(text: str) -> bool:
    return not any(map(is_unsafe, text))


def pieces_of(text: str, cuts: list[int]) -> list[str]:
    ends = [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
    return [text[start:end] for start, end in pairwise(ends)]


@given(ANY_TEXT)
@example(HOSTILE)
def test_nothing_unsafe_survives(text: str) -> None:
    assert not [character for character in clean(text) if is_unsafe(character)]
    assert not [character for character in clean_line(text) if is_unsafe(character)]


@pytest.mark.slow
def test_no_character_is_forgotten() -> None:
    text = "".join(map(chr, range(0x110000)))
    assert not [hex(ord(character)) for character in clean(text) if is_unsafe(character)]


def test_no_printable_character_is_forgotten_in_a_text_of_printable_ones() -> None:
    for plane in range(0x11):
        characters = map(chr, range(plane << 16, (plane + 1) << 16))
        text = clean("\n".join(each for each in characters if each.isprintable()))
        assert not [hex(ord(character)) for character in text if is_unsafe(character)]


@given(ANY_TEXT)
@example(HOSTILE)
def test_clean_text_can_be_encoded(text: str) -> None:
    clean(text).encode()
    sendable(text).encode()


@given(ANY_TEXT)
@example(HOSTILE)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert clean_line(clean_line(text)) == clean_line(text)


@given(st.text(st.characters(exclude_categories=["C", "Zl", "Zp"])).filter(is_plain))
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert clean(text) == text


@each_row(
    "text",
    [
        "a\n\n\tb",
        "👩‍👩‍👧‍👦 ❤️ 🏳️‍🌈 1️⃣",
        "e\u0301 n\u0303 ก็ नमस्ते",
        "می\u200cخواهم",
        "日本語 한국어 العربية עברית",
        "[b]markup[/b] [@click=app.quit]x[/]",
        "\u00a0\u3000",
    ],
)
def test_what_people_write_survives(text: str) -> None:
    assert clean(text) == text


@each_row(
    ("unsafe", "shown"),
    [
        ("\x1b[2J", "␛[2J"),
        ("\x9b2J", "␛[2J"),
        ("\x00\x07\x7f", "␀␇␡"),
        ("a\r\nb\rc", "a\nb␍c"),
        ("a\u2028b\u2029c\x85d", "a\nb\n\nc␤d"),
        ("\u202eabc\u202c", "abc"),
        ("\U000e0061\ufeff\u200bx", "x"),
        ("\ud83d\ude00 \ud83d \ude00", "😀 \ufffd \ufffd"),
    ],
)
def test_control_characters_are_shown_and_hiding_ones_dropped(unsafe: str, shown: str) -> None:
    assert clean(unsafe) == shown


def test_a_pair_of_surrogates_does_not_smuggle_a_tag() -> None:
    assert clean("\udb40\udc41") == ""


@given(ANY_TEXT, st.lists(st.integers(min_value=0)))
@example("\ud83d\ude00", [1])
@example("\r\n", [1])
@example("\r\r\n", [1, 2])
@example("\ud83d\n", [2])
@example(HOSTILE, list(range(len(HOSTILE))))
def test_any_split_is_cleaned_like_the_whole(text: str, cuts: list[int]) -> None:
    cleaner = TextCleaner()
    fed = [cleaner.feed(piece) for piece in pieces_of(text, cuts)]
    assert "".join([*fed, cleaner.finish()]) == clean(text)


def test_only_what_may_belong_to_the_next_piece_waits() -> None:
    cleaner = TextCleaner()
    assert cleaner.feed("a\r") == "a"
    assert cleaner.feed("\n") == "\n"
    assert cleaner.feed("\ud83d\n") == "\ufffd\n"
    assert cleaner.feed("\ud83d") == ""
    assert cleaner.finish() == "\ufffd"
    assert cleaner.finish() == ""


def test_a_long_text_says_how_much_was_cut() -> None:
    assert clean("x" * 1_234_567, 10) == "x" * 10 + "\n… 1,234,557 more characters were cut here"
    assert clean("x" * 10, 10) == "x" * 10


@given(ANY_TEXT, st.integers(min_value=1, max_value=30))
def test_a_line_is_one_line_and_no_longer_than_asked(text: str, limit: int) -> None:
    line = clean_line(text, limit)
    assert len(line) <= limit
    assert not set(line) & set("\n\t\r\x0b\x0c")
    assert line == line.strip()


def test_a_line_folds_blanks_and_marks_a_cut() -> None:
    assert clean_line("  a \n\n b\tc\u3000d ") == "a b c d"
    assert clean_line("a" * MAX_LINE_CHARS) == "a" * MAX_LINE_CHARS
    assert clean_line("a" * (MAX_LINE_CHARS + 1)) == "a" * (MAX_LINE_CHARS - 1) + "…"


def test_a_line_marks_the_cut_of_what_stands_behind_many_blanks() -> None:
    assert clean_line("a" + " " * 10_000 + "b", 20) == "a…"
    assert clean_line("a" + " " * 10_000, 20) == "a"


@given(st.text("ab \t~", max_size=12))
def test_a_line_has_single_blanks_between_words_and_none_around_them(text: str) -> None:
    assert clean_line(text) == " ".join(text.split())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | ANY_TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(ANY_TEXT, inner),
    max_leaves=20,
)


@pytest.mark.slow
@given(JSON)
def test_no_string_of_a_json_value_is_left_out(value: object) -> None:
    told = json.dumps(clean_json(value), ensure_ascii=False)
    told.encode()
    assert not [character for character in told if is_unsafe(character)]


def test_json_keeps_its_shape() -> None:
    value = {"a": [1, 2.5, None, True, {"b": "c"}], "\x1bk": "\x9bv"}
    assert clean_json(value) == {"a": [1, 2.5, None, True, {"b": "c"}], "␛k": "␛[v"}


def test_json_is_cut_where_it_is_too_deep() -> None:
    deep: object = "end"
    for _ in range(5000):
        deep = [deep]
    told = json.dumps(clean_json(deep))
    assert told.count("[") == 64
    assert clean_json({"a": {"b": {}}}, 2) == {"a": {"b": "…"}}
    assert clean_json([["x"], 1], 1) == ["…", 1]


def test_what_is_no_json_is_told_as_text() -> None:
    assert clean_json({1: b"\x1b", None: ("x", {"y"})}) == {
        "1": "b'\\x1b'",
        "None": ["x", "{'y'}"],
    }


def test_what_is_sent_keeps_everything_but_broken_surrogates() -> None:
    assert sendable("\x1b \u202e \ud83d\ude00 \ud83d") == "\x1b \u202e 😀 \ufffd"
    assert sendable("plain") == "plain"


def test_numbers_that_json_does_not_have_become_text() -> None:
    assert clean_json([float("inf"), float("-inf"), 1.5]) == ["inf", "-inf", 1.5]
    assert clean_json(float("nan")) == "nan"


@pytest.mark.slow
def test_every_character_that_is_drawn_is_harmless_and_as_wide_as_it_was_laid_out() -> None:
    for first in range(0, 0x110000, 64):
        row = "".join(map(chr, range(first, first + 64)))
        if drawable(row) == row and is_plain(row):
            # most are drawn as they are
            continue
        for character in row:
            drawn = drawable(character)
            assert drawn not in ("\n", "\t")
            assert is_plain(drawn), hex(ord(character))
            assert cell_len(drawn) == cell_len(character), hex(ord(character))


@given(ANY_TEXT)
@example(HOSTILE)
def test_clean_text_of_one_row_is_drawn_as_it_is(text: str) -> None:
    row = clean(text).replace("\n", "").replace("\t", "")
    assert drawable(row) == row


@each_row(
    ("address", "link"),
    [
        ("https://x.y/a?b=%1b]52;c;x%07#~", "https://x.y/a?b=%1b]52;c;x%07#~"),
        ("https://x.y/\x1b]52;c;x\x07", ""),
        ("https://x.y/\x9c", ""),
        ("https://x.y/a b", ""),
        ("https://x.y/é", ""),
    ],
)
def test_only_what_a_terminal_takes_as_an_address_is_a_hyperlink(address: str, link: str) -> None:
    assert linkable(address) == link
