from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.tables import each_row
from tui.formatting.marked_units import marked_unit, marked_units, unit_signs
from tui.formatting.search_pattern import Folding

CHARACTERS = st.sampled_from(
    "ab \n\u00e9ßﬃ½İ각क𝒜\u0301\u0327\u1100\u1161\u11a8\u093f\u200d\ufe0f👍🏽🇩🇪ﾞ]^-\\"
)
BARE = Folding(ignores_case=True, ignores_accents=True)


def units(text: str) -> list[tuple[int, int]]:
    return list(marked_units(text, unit_signs("".join(set(text)))))


@given(st.text(CHARACTERS.filter(unit_signs), min_size=1), st.text(CHARACTERS))
def test_units_are_found_by_their_signs_where_trying_each_character_finds_them(
    signs: str, other: str
) -> None:
    for text in (signs + other, other + signs, signs + other + signs):
        assert units(text) == [found.span() for found in marked_unit().finditer(text)]


@each_row(
    ("text", "folded"),
    [
        ("ß\u0301ß", "ssss"),
        ("ßaß\u0301a", "ssassa"),
        ("\u0301ﬃ", "ffi"),
        ("각\u11a8½👍🏽", "각ᆨ1⁄2👍🏽"),
    ],
)
def test_units_and_characters_that_become_several_stand_beside_each_other(
    text: str, folded: str
) -> None:
    assert BARE.fold(text).text == folded
