from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tables import each_row
from tui.formatting.letter_folding import DependentLetter, LetterFolding
from tui.formatting.search_pattern import Folding, folded

FOLDING = Folding(ignores_case=True, ignores_accents=True)


@cache
def changed() -> list[str]:
    """Return all but syllables of Hangul, of which there are 11,172 alike.

    The planes from the third to the thirteenth are ideographs and empty, the last two private.
    """
    return [
        each
        for each in map(chr, chain(range(0x80, 0x30000), range(0xE0000, 0xE1000)))
        if (unicodedata.decomposition(each) and not "\uac00" <= each <= "\ud7a3")
        or each.casefold() != each
        or unicodedata.category(each).startswith("M")
    ]


def searched(text: str) -> str:
    return FOLDING.fold(text).text


SAMPLE = [*map(chr, range(0x80, 0x600)), *map(chr, range(0x600, 0x1FFFF, 97))]
"""All letters of Latin, Greek, Cyrillic and Hebrew, and a hundredth of the others."""


@pytest.mark.parametrize("letters", [lambda: SAMPLE, pytest.param(changed, marks=pytest.mark.slow)])
def test_each_letter_is_folded_between_others_as_it_is_searched(
    letters: Callable[[], list[str]],
) -> None:
    for letter in letters():
        for around in ("é", "я", "か"):
            text = f"{around}{letter}{around}"
            assert folded(text) == searched(text), ascii(letter)


def test_each_text_of_latin_letters_is_folded_as_it_is_searched() -> None:
    for letter in map(chr, range(256)):
        for text in (f"é{letter}É", f"œ{letter}Ş"):
            assert folded(text) == searched(text), ascii(letter)


# made when it runs: each process that collects tests would make it else
LETTERS = st.deferred(lambda: st.sampled_from(changed()))


@given(st.lists(LETTERS | st.sampled_from("é각\u1100\u0301\u0327e ")).map("".join))
def test_letters_are_folded_as_they_are_searched_whatever_is_around_them(text: str) -> None:
    assert folded(text) == searched(text)


@each_row("letter", ["\u3099", "\u1161", "\u11a8", "ㅏ", "\u09be", "ि"])
def test_what_changes_with_the_letters_around_it_is_not_folded_alone(letter: str) -> None:
    with pytest.raises(DependentLetter):
        LetterFolding(folded).folded(f"a{letter}")
