from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz import FUZZ
from tui.formatting.search_pattern import folded
from tui.store.sqlite.code_pages import NAMES, CodePages
from tui.store.sqlite.index_terms import UNSPACED_RUN

PAGES = CodePages(re.compile(UNSPACED_RUN))
CHARACTERS = {
    name: [
        each
        for octet in range(256)
        if (each := bytes((octet,)).decode(name, "replace")) != "\ufffd"
    ]
    for name in NAMES
}


# made once: to make one takes longer than to draw from it
TEXTS = {name: st.text(st.sampled_from(each)) for name, each in CHARACTERS.items()}


def told(text: str) -> tuple[list[str], list[str]]:
    """Return the words and the runs of signs of a text, taken apart letter by letter."""
    parts = re.split(f"({UNSPACED_RUN})", folded(text))
    return " ".join(parts[::2]).split(), " ".join(parts[1::2]).split()


def told_by_octets(text: str) -> tuple[list[str], list[str]] | None:
    taken_apart = PAGES.words_and_signs(text)
    return taken_apart and (taken_apart[0].split(), taken_apart[1].split())


@pytest.mark.parametrize("name", NAMES)
def test_each_character_is_told_as_it_is_folded(name: str) -> None:
    for each in CHARACTERS[name]:
        text = f"é {each}a{each}{each} {each}"
        assert told_by_octets(text) in (None, told(text)), each


@pytest.mark.slow
@settings(max_examples=200 * FUZZ)
@given(
    st.sampled_from(NAMES).flatmap(lambda name: TEXTS[name]),
    st.sampled_from(["", "", "", "退", "\u0301", "🙂", "ё", "ş", "½"]),
)
def test_a_text_in_a_page_is_told_as_it_is_folded_or_not_at_all(text: str, other: str) -> None:
    assert told_by_octets(text + other) in (None, told(text + other))


@pytest.mark.parametrize(
    ("text", "words", "signs"),
    [
        ("Große Straße, wirklich?", ["grosse", "strasse", "wirklich"], [",", "?"]),
        ("«L’œuvre» — 5 €", ["l", "oeuvre", "5"], ["«", "'", "»", "-", "€"]),
        ("şifre İstanbul ısı", ["sifre", "istanbul", "isi"], []),
        ("Žluťoučký kůň…", ["zlutoucky", "kun"], ["..."]),
        ("Возврат №5, Ёж", ["возврат", "no5", "еж"], [","]),
        ("Επιστροφή χρημάτων", ["επιστροφη", "χρηματων"], []),
        ("الطلب", ["الطلب"], []),
    ],
)
def test_texts_of_one_script_are_in_a_page(text: str, words: list[str], signs: list[str]) -> None:
    assert told_by_octets(text) == (words, signs)


@pytest.mark.parametrize("text", ["", "plain", "für 退款", "naïve 🙂", "½ Tür", "e\u0301"])
def test_what_is_plain_or_in_no_page_is_not_told(text: str) -> None:
    assert told_by_octets(text) is None
