from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.color import BLACK, WHITE, Color

from tests.fuzz import FUZZ
from tests.tables import each_row
from tui.ui.themes.contrast import MARKS, TEXT, contrast, legible

part = st.integers(0, 255)
colours = st.tuples(part, part, part).map(lambda parts: Color(*parts))


@each_row(
    ("one", "other", "ratio"),
    # as the calculator of WebAIM gives them
    [("#000", "#fff", 21), ("#777", "#fff", 4.48), ("#767676", "#fff", 4.54), ("red", "red", 1)],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(Color.parse(one), Color.parse(other)) == pytest.approx(ratio, abs=0.01)


@settings(max_examples=60 * FUZZ)
@given(colours, st.lists(colours, min_size=1, max_size=4), st.sampled_from([MARKS, TEXT]))
def test_a_colour_is_legible_wherever_black_or_white_is(
    ink: Color, grounds: list[Color], least: float
) -> None:
    def worst(colour: Color) -> float:
        return min(contrast(colour, ground) for ground in grounds)

    found = legible(ink, grounds, least)
    assert worst(found) >= min(least, max(worst(BLACK), worst(WHITE)))
    if worst(ink) >= least:
        assert found == ink


@settings(max_examples=30 * FUZZ)
@given(colours, colours)
def test_a_colour_changes_no_more_than_it_must(ink: Color, ground: Color) -> None:
    found = legible(ink, [ground], TEXT)
    if found not in (ink, BLACK, WHITE):
        assert contrast(found, ground) < TEXT * 1.25
