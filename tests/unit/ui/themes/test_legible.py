from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.color import Color
from textual.theme import Theme

from tests.fuzz import FUZZ
from tui.ui.themes.contrast import MARKS, TEXT, contrast
from tui.ui.themes.legible import legible_colours, legible_variables

HUES = ("primary", "secondary", "accent", "success", "warning", "error")
any_part = st.integers(0, 255)
any_colour = st.tuples(any_part, any_part, any_part).map(lambda parts: Color(*parts).hex)


@st.composite
def themes(draw: st.DrawFn) -> Theme:
    """Draw a theme of any hues whose grounds are all dark or all light."""
    dark = draw(st.booleans())
    part = st.integers(0, 60) if dark else st.integers(205, 255)
    ground = st.tuples(part, part, part).map(lambda parts: Color(*parts).hex)
    return Theme(
        "any",
        draw(any_colour),
        dark=dark,
        background=draw(ground),
        surface=draw(ground),
        panel=draw(st.none() | ground),
        foreground=draw(st.none() | any_colour),
        **{hue: draw(st.none() | any_colour) for hue in HUES[1:]},  # type: ignore[arg-type]
    )


@pytest.mark.slow
@settings(max_examples=40 * FUZZ)
@given(themes())
def test_words_hold_on_every_ground_and_marks_too_in_any_theme(theme: Theme) -> None:
    theme.variables = legible_colours(theme)
    theme.variables = legible_variables(theme) | theme.variables
    shades = theme.to_color_system().generate() | theme.variables
    names = ("background", "surface", "block-cursor-background")
    grounds = [Color.parse(shades[name]) for name in names]
    words = ["foreground", "foreground-muted", "text-muted", "text-disabled"]
    for name in [*words, *(f"text-{hue}" for hue in HUES)]:
        for ground in grounds:
            assert contrast(Color.parse(shades[name]), ground) >= TEXT, name
    for name in [*HUES, "border", "border-blurred"]:
        for ground in grounds:
            assert contrast(Color.parse(shades[name]), ground) >= MARKS, name


@settings(max_examples=20 * FUZZ)
@given(themes())
def test_what_is_legible_already_stays_as_it_is(theme: Theme) -> None:
    theme.variables = legible_colours(theme)
    again = legible_colours(theme)
    assert again["foreground"] == theme.variables["foreground"]
