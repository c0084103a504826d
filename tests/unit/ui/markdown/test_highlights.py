from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from wcwidth import iter_graphemes

from tests.fuzz import FUZZ
from tests.tables import each_row
from tests.unit.ui.markdown.test_faithful import SOURCES
from tui.formatting.search_pattern import pattern_of
from tui.safe_text import clean
from tui.ui.markdown.document import MarkdownDocument
from tui.ui.markdown.highlights import Highlights
from tui.ui.markdown.page_layout import PageLayout
from tui.ui.markdown.passages import passages_in


def page_of(text: str, width: int) -> PageLayout:
    document = MarkdownDocument()
    document.write(text)
    document.finish()
    while document.advance():
        pass
    layout = PageLayout(width)
    layout.show(document.blocks, 0)
    return layout


def row_text(layout: PageLayout, y: int) -> str:
    return "".join(piece.text for piece in layout.row(y))


def highlighted(text: str, words: str, width: int = 40) -> list[str]:
    """What is marked, row by row."""
    layout, pattern = page_of(text, width), pattern_of(words)
    assert pattern is not None
    highlights = Highlights(layout, pattern)
    return [
        row_text(layout, y)[start:end]
        for y in range(layout.height)
        for start, end in highlights.in_row(y)
    ]


@each_row(
    "text",
    [
        "a needle here",
        "# a needle",
        "- one\n- *nee*dle",
        "> quoted\n>\n> needle",
        "```python\nx = 'needle'\n```",
        "```\nneedle\n```",
        "| a | b |\n|---|---|\n| x | needle |",
        "[needle](https://example.com)",
        "1. a\n   - b\n\n     needle",
    ],
)
def test_words_are_marked_in_every_kind_of_block(text: str) -> None:
    assert highlighted(text, "needle") == ["needle"]


def test_words_that_are_broken_into_rows_are_marked_in_both() -> None:
    assert highlighted("the first words of two rows", "of two", width=18) == ["of", "two"]


def test_a_long_word_is_marked_in_all_its_rows() -> None:
    assert highlighted("abcdefghij", "bcdefghi", width=4) == ["bcd", "efgh", "i"]


def test_the_language_of_code_is_no_text() -> None:
    assert highlighted("```needle\nneedle\n```", "needle") == ["needle"]


def matches(text: str, words: str) -> list[tuple[int, int]]:
    """Passage and character of each match in what is shown of a text."""
    pattern = pattern_of(words)
    assert pattern is not None
    passages = [passage for passage in passages_in(text) if passage is not None]
    return [(at, start) for at, each in enumerate(passages) for start, _ in pattern.spans(each)]


LONG = (
    "# Key\n\na key and **k**ey and [key](https://x.org)\n\n```sh\nkey\n\nkey=1\n```\n\n"
    "- key\n- no\n  - key again, key\n\n> a\n> key\n\n"
    "| a | key |\n|---|--:|\n| key | c |\n| many words and a key | x `key` |\n"
)


@pytest.mark.parametrize("width", [12, 20, 40])
def test_every_match_is_placed_where_it_is_marked(width: int) -> None:
    layout, pattern = page_of(LONG, width), pattern_of("key")
    assert pattern is not None
    highlights = Highlights(layout, pattern)
    positions = [highlights.position_of(*match) for match in matches(LONG, "key")]
    assert len(set(positions)) == len(positions) == 14
    for position in positions:
        assert row_text(layout, position.row)[position.start :].lower().startswith("key")
        assert position.start in [start for start, _ in highlights.in_row(position.row)]


@pytest.mark.parametrize("width", [12, 20, 40])
def test_what_is_marked_is_what_is_counted(width: int) -> None:
    shown = highlighted(LONG, "key", width)
    assert [each.lower() for each in shown] == ["key"] * len(matches(LONG, "key"))


@each_row(
    ("text", "words", "shown"),
    [
        ("**bo**ld", "bold", ["bold"]),
        ("a [link *te*xt](https://x.y) on", "link text on", ["link text on"]),
        ("one\ntwo", "one two", ["one", "two"]),
        ("> one\n> two", "one two", ["one", "two"]),
        ("one<br>two", "one two", ["one", "two"]),
        ("caf&eacute; cafe\u0301", "cafe", ["café", "cafe\u0301"]),
        ("| a<br>b |\n|---|\n| **c**d |", "cd", ["cd"]),
        ("| a | b |\n|---|---|\n| 漢字 | `漢`字 |", "漢字", ["漢字", "漢字"]),
        ("[shown](https://hidden.example)", "hidden", []),
        ("**a**", "*", []),
        ("a\n\nb", "a b", []),
        ("| a | b |\n|---|---|", "a b", []),
        ("\ta\tb", "a b", ["a    b"]),
        ("１２３ ﬁne", "123 fine", ["１２３ ﬁne"]),
    ],
)
def test_what_is_read_is_found(text: str, words: str, shown: list[str]) -> None:
    assert highlighted(text, words) == shown


def test_words_in_cells_of_a_table_too_wide_to_stand_are_marked_without_their_heads() -> None:
    source = "|key|b|c|\n|-|-|-|\n|some key|more words|last key|\n"
    assert highlighted(source, "key", 14) == ["key"] * 3


def test_words_broken_over_the_lines_of_a_cell_are_marked_in_both() -> None:
    source = "| a | b |\n|--:|---|\n| one two three | x |\n"
    assert highlighted(source, "two three", 12) == ["two", "three"]


@settings(max_examples=60 * FUZZ, suppress_health_check=list(HealthCheck))
@given(
    SOURCES, st.text(st.sampled_from("cvwyzÄ漢字é% "), min_size=1, max_size=3), st.integers(12, 60)
)
def test_what_is_counted_is_placed_and_marked_in_any_text(
    source: str, words: str, width: int
) -> None:
    pattern = pattern_of(words)
    assume(words.strip() and pattern is not None)
    assert pattern is not None
    layout = page_of(clean(source), width)
    highlights = Highlights(layout, pattern)
    for at, passage in enumerate(each for each in passages_in(clean(source)) if each is not None):
        for start, _ in pattern.spans(passage):
            if passage[start].isspace():
                continue
            position = highlights.position_of(at, start)
            assert row_text(layout, position.row)[position.start] == passage[start]
            assert position.start in [first for first, _ in highlights.in_row(position.row)]


@settings(max_examples=60 * FUZZ, suppress_health_check=list(HealthCheck))
@given(SOURCES, st.integers(6, 70), st.data())
def test_any_words_that_are_read_are_marked_where_they_are_read(
    source: str, width: int, data: st.DataObject
) -> None:
    source = clean(source)
    layout = page_of(source, width)
    passages = [passage for passage in passages_in(source) if passage is not None]
    readable = [at for at, each in enumerate(passages) if each.strip()]
    assume(readable)
    at = data.draw(st.sampled_from(readable))
    letters = list(iter_graphemes(passages[at]))
    first = data.draw(st.integers(0, len(letters) - 1))
    words = "".join(letters[first : first + data.draw(st.integers(1, 12))])
    pattern = pattern_of(words)
    assume(pattern is not None)
    assert pattern is not None
    highlights = Highlights(layout, pattern)
    shown = [
        row_text(layout, y)[start:end]
        for y in range(layout.height)
        for start, end in highlights.in_row(y)
    ]
    matches = [
        (number, start, passage[start:end])
        for number, passage in enumerate(passages)
        for start, end in pattern.spans(passage)
    ]
    assert any(number == at for number, _, _ in matches)
    # blanks at which a row is broken belong to no row
    in_rows = Counter("".join("".join(shown).split()))
    assert in_rows == Counter("".join("".join(text for _, _, text in matches).split()))
    for number, start, text in matches:
        if text[0].isspace():
            continue
        position = highlights.position_of(number, start)
        assert row_text(layout, position.row)[position.start] == text[0]
        assert position.start in [begin for begin, _ in highlights.in_row(position.row)]
