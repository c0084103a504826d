from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz import FUZZ
from tui.query.folding import folded_text
from tui.query.spelling import has_other_ideographs, is_of_ideographs, other_spelling
from tui.safe_text import clean

PIECES = (
    *("re", "Fund", "a", "A-1", "/12", " ", "  ", "\n", "é", "ﬁ", "ø", "K", "ſ", "①", "１", "／"),
    *("—", "\u0301", "\u200b", "\u00ad", "\u00a0", "\u3000", "№", "℅", "д", "退", "ไ", "’", '"'),
)
TEXTS = st.lists(st.sampled_from(PIECES) | st.characters(), min_size=1, max_size=8).map(
    lambda pieces: clean("".join(pieces))
)
CODES = (
    *(range(0x80, 0x3400), range(0xA000, 0xAC00), range(0xF900, 0x17000), range(0x1B000, 0x20000)),
    *(range(0x2F800, 0x2FA20), range(0xE0000, 0xE1000)),
)
"""All but ideographs, syllables of Hangul, private characters and those that are none."""
AT_ONCE = 5_000


def is_there(word: str, text: str) -> bool:
    return re.search(re.escape(word), text, re.IGNORECASE | re.ASCII) is not None


@settings(max_examples=150 * FUZZ)
@given(TEXTS, st.integers(0, 30), st.integers(1, 8))
def test_a_word_stands_in_a_folded_text_only_where_it_is_or_may_be_spelled_otherwise(
    text: str, start: int, size: int
) -> None:
    folded = folded_text(text)
    # not one place alone: most hold other scripts
    words = {folded[(start + at) % max(1, len(folded)) :][:size].strip() for at in range(30)}
    for word in words - {""}:
        if word.isascii():
            assert is_there(word, text) or other_spelling(word)(text), word
        if word not in text and is_of_ideographs(word):
            assert has_other_ideographs(text)


@pytest.mark.parametrize(
    ("word", "text", "may_stand"),
    [
        ("a-47", "a—47", True),
        ("a-47", "für а-47", True),
        ("a-47", "für", False),
        ("orders/12", "обратно orders/9", False),
        ("orders/12", "orders／12", True),
        ("re fund", "退款 re\nfund", True),
        ("re fund", "退款 re  fund", True),
        ("re fund", "退款 refund", False),
        ("refund", "réfund", True),
        # outlined ones, of which Python knows from 3.14 on
        ("refund", "\U0001cce7\U0001ccda\U0001ccdbund", True),
        ("a-47", "退款 a-\U0001ccf4\U0001ccf7", True),
        ("refund", "возврат", False),
    ],
)
def test_most_texts_are_left_out_of_which_no_letter_matters(
    word: str, text: str, may_stand: bool
) -> None:
    assert other_spelling(word)(text) is may_stand


def test_each_character_that_becomes_another_kind_of_them_is_known() -> None:
    characters_of_all_scripts = [chr(code) for codes in CODES for code in codes]
    letters, signs = other_spelling("ab"), other_spelling("/-")
    plain = [each for each in characters_of_all_scripts if not letters(each)]
    lettered = [each for each in characters_of_all_scripts if letters(each) and not signs(each)]
    for characters, becomes in ((plain, "[^\0-\x7f]+"), (lettered, "[^\0-`{-\x7f]+")):
        assert len(characters) > 500
        for at in range(0, len(characters), AT_ONCE):
            text = "".join(f"!{each}!" for each in characters[at : at + AT_ONCE])
            assert re.fullmatch(f"(?:!{becomes}!)*", folded_text(text))
    plain = [each for each in characters_of_all_scripts if not has_other_ideographs(each)]
    for at in range(0, len(plain), AT_ONCE):
        text = "".join(f"退{each}退" for each in plain[at : at + AT_ONCE])
        # no other ideograph, and what becomes a blank is one
        assert re.fullmatch("(?:退[^\u3400-\u4dbf\u4e00-\u9fff]+退)*", folded_text(text))
