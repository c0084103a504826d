from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.widgets.text_area import DocumentNavigator, WrappedDocument

from tests.tables import each_row
from tui.ui.editing.chips import Chips, chip_around, chips_in, drawn
from tui.ui.editing.clusters import after, around, before, boundaries, word_after, word_before

PIECES = [
    *"ab _.\u200b\u200d\u0301\u3000\ue000\x1b\u0600",
    *("e\u0301", "\U0001f469\u200d\U0001f680", "\U0001f1fa\U0001f1f3", "क्षि", "ที่", "漢", "か"),
]
CHIPS = Chips(9)
CHIP = CHIPS.shortened("x" * 10)
OTHER = CHIPS.shortened("y" * 11)
LINES = st.lists(st.sampled_from([*PIECES, CHIP, OTHER]) | st.characters(exclude_categories=["Cs"]))


@given(LINES.map("".join))
def test_the_cursor_stands_between_clusters_and_never_inside_of_a_chip(line: str) -> None:
    columns = boundaries(line)
    assert columns[0] == 0
    assert columns[-1] == len(line)
    assert columns == sorted(set(columns))
    for start, end in chips_in(line):
        assert start in columns
        assert end in columns
        assert not any(start < column < end for column in columns)
    for left, right in pairwise(columns):
        assert after(line, left) == right
        assert before(line, right) == left
        assert around(line, left, right) == (left, right)


@given(LINES.map("".join))
def test_words_lead_from_one_end_of_a_line_to_the_other(line: str) -> None:
    columns = boundaries(line)
    at = 0
    while at < len(line):
        last, at = at, word_after(line, at)
        assert at > last
        assert at in columns
    while at > 0:
        last, at = at, word_before(line, at)
        assert at < last
        assert at in columns


@each_row(
    "words",
    [
        ["สวัสดี", "ครับ", "ผม", "ชื่อ", "สมชาย"],
        ["วัน", "นี้", "อากาศ", "ดี", "มาก"],
        ["ภาษาไทย"],
        ["หน้า", "3", "ของ", "ไฟล์"],
    ],
)
def test_thai_goes_by_words_though_nothing_stands_between_them(words: list[str]) -> None:
    line = "".join(words)
    ends = [len("".join(words[:count])) for count in range(len(words) + 1)]
    for begin, end in pairwise(ends):
        assert word_after(line, begin) == end
        assert word_before(line, end) == begin


@each_row("around", ["", "x ", "  ", "สวัสดี ", "123"])
def test_a_thai_word_ends_at_the_same_place_whatever_is_far_from_it(around: str) -> None:
    line = f"{around}{'อากาศดีมาก' * 20_000}"
    begin = len(around) + 100_000
    assert word_before(line, begin) == begin - len("มาก")
    assert word_after(line, begin) == begin + len("อากาศ")


@given(st.text(max_size=30), st.text(min_size=10, max_size=40))
def test_a_chip_stands_for_what_was_pasted_whatever_is_around_it(text: str, pasted: str) -> None:
    chips = Chips(9)
    line = text[:5] + chips.shortened(pasted) + text[5:]
    assert chips.whole(line) == text[:5] + pasted + text[5:]
    assert len(drawn(line)) == len(line)
    assert f"[pasted text 1: {len(pasted)} characters]" in drawn(line)


def test_a_text_that_looks_like_a_chip_is_none() -> None:
    assert chip_around(drawn(CHIP), 3) is None
    assert CHIPS.whole(drawn(CHIP)) == drawn(CHIP)


@each_row(
    "pieces",
    [
        PIECES,
        ["\U0001f1fa"],
        ["a", "\u0301"],
        ["\U0001f469\u200d"],
        ["क्", "षि"],
        ["\u0600", "e\u0301"],
    ],
)
def test_a_long_line_is_gone_through_both_ways_alike(pieces: list[str]) -> None:
    chance = random.Random(1)
    line = "".join(chance.choice(pieces) for _ in range(4_000))
    columns = boundaries(line)
    for place in chance.sample(range(len(columns) - 1), min(200, len(columns) - 1)):
        assert after(line, columns[place]) == columns[place + 1]
        assert before(line, columns[place + 1]) == columns[place]


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (WrappedDocument, "get_target_document_column"),
        (WrappedDocument, "location_to_offset"),
        (DocumentNavigator, "get_location_end"),
    ],
)
def test_textual_still_edits_by_these_names(owner: type[object], name: str) -> None:
    assert name in vars(owner)
