"""Legible variables of a theme: what it does not say itself, so that all can be read.

Words are drawn in `$foreground`, `$foreground-muted` and `$text-…`, which hold against every ground
that the app draws them on, blended ones among them. Glyphs, bars and borders are drawn in the
colours of the theme, which need less.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.color import Color
from textual.theme import Theme

from tui.ui.themes.contrast import MARKS, TEXT, legible

_HUES = ("primary", "secondary", "accent", "success", "warning", "error")
_CURSOR = 0.15
"""How much of the primary colour is in the ground of the row under the cursor."""
_ROUNDS = 12
_MUTED = 0.6
_BORDER = 0.35
_SCROLLBAR = 0.25
"""How much of the foreground is in these, before they are made to hold."""


_MUTED_NAMES = (
    "markdown-h6-color",
    "foreground-muted",
    "foreground-disabled",
    "text-muted",
    "text-disabled",
    "scrollbar-hover",
    "scrollbar-active",
)
_FOREGROUND_NAMES = (
    "footer-foreground",
    "footer-description-foreground",
    "input-cursor-background",
    "block-cursor-foreground",
    "block-cursor-blurred-foreground",
    # the other way round, so as legible as the text is
    "input-selection-background",
    "screen-selection-background",
)
_BACKGROUND_NAMES = (
    "link-color-hover",
    "input-cursor-foreground",
    "scrollbar-background",
    "input-selection-foreground",
    "screen-selection-foreground",
)
_TRANSPARENT_NAMES = (
    "footer-description-background",
    "footer-key-background",
    "footer-item-background",
)


def legible_variables(theme: Theme) -> dict[str, str]:
    """Return variables that make everything drawn in a theme legible.

    Only what the theme says itself may still fail: its foreground, and colours on themselves.
    """
    return _ansi_variables(theme) if theme.ansi else _rgb_variables(theme)


def legible_colours(theme: Theme) -> dict[str, str]:
    """Return variables that take the place of colours of the theme which cannot be read or seen."""
    shades = dict(_shades(theme))
    # some of the grounds are mixed with these, so that they move on a little
    for _ in range(_ROUNDS):
        grounds = _grounds(theme, shades)
        hues = {hue: legible(shades[hue], grounds, MARKS) for hue in _HUES}
        if hues.items() <= shades.items():
            break
        shades |= hues
    shades["foreground"] = legible(shades["foreground"], _grounds(theme, shades), TEXT)
    return {name: shades[name].hex for name in (*_HUES, "foreground")}


def _rgb_variables(theme: Theme) -> dict[str, str]:
    shades = _shades(theme)
    background, foreground = shades["background"], shades["foreground"]
    grounds = _grounds(theme, shades)

    def mixed(share: float) -> Color:
        return background.blend(foreground, share, alpha=1.0)

    muted = legible(mixed(_MUTED), grounds, TEXT, [foreground]).hex
    scrollbar = legible(mixed(_SCROLLBAR), [background, shades["surface"]], MARKS).hex
    cursor = _cursor_ground(shades).hex
    return {
        **_hued_variables(shades, grounds),
        **{f"markdown-h{level}-color": foreground.hex for level in (4, 5)},
        **dict.fromkeys(_MUTED_NAMES, muted),
        **dict.fromkeys(_FOREGROUND_NAMES, foreground.hex),
        **dict.fromkeys(_BACKGROUND_NAMES, background.hex),
        **dict.fromkeys(_TRANSPARENT_NAMES, "transparent"),
        "input-cursor-text-style": "none",
        "block-cursor-background": cursor,
        "block-cursor-blurred-background": cursor,
        "block-hover-background": shades["panel"].hex,
        "border-blurred": legible(mixed(_BORDER), grounds, MARKS).hex,
        "scrollbar": scrollbar,
    }


def _hued_variables(shades: Mapping[str, Color], grounds: Sequence[Color]) -> dict[str, str]:
    """Return those that have a colour of the theme, as it can be read on all grounds."""
    text = {hue: legible(shades[hue], grounds, TEXT).hex for hue in _HUES}
    return {
        **{f"text-{hue}": colour for hue, colour in text.items()},
        **{f"markdown-h{level}-color": text["primary"] for level in (1, 2, 3)},
        "link-background-hover": text["primary"],
        "footer-key-foreground": text["accent"],
        "border": legible(shades["primary"], grounds, MARKS).hex,
    }


def _ansi_variables(theme: Theme) -> dict[str, str]:
    """Return what does not rest on a colour whose brightness only the terminal knows."""
    black, white, default = "ansi_black", "ansi_white", "ansi_default"
    return {
        "ansi-background": black if theme.dark else white,
        "ansi-foreground": white if theme.dark else black,
        "foreground-muted": default,
        "foreground-disabled": default,
        "border-blurred": default,
        "surface-active": default,
        "block-cursor-background": default,
        "block-cursor-foreground": default,
        "block-cursor-blurred-background": default,
        "input-cursor-background": default,
        "input-cursor-foreground": default,
        "input-cursor-text-style": "reverse",
        "scrollbar-background": default,
        "scrollbar-background-hover": default,
        "scrollbar-background-active": default,
    }


def _shades(theme: Theme) -> Mapping[str, Color]:
    """Return the opaque colours of a theme and those made from them, by the names of variables."""
    given = theme.to_color_system().generate() | theme.variables
    names = (*_HUES, "background", "surface", "panel", "foreground")
    parsed = {name: Color.parse(given[name]) for name in names}
    return {name: _opaque(parsed["background"], colour) for name, colour in parsed.items()}


def _opaque(ground: Color, colour: Color) -> Color:
    return ground.blend(colour.with_alpha(1.0), colour.a, alpha=1.0)


def _cursor_ground(shades: Mapping[str, Color]) -> Color:
    return shades["surface"].blend(shades["primary"], _CURSOR, alpha=1.0)


def _grounds(theme: Theme, shades: Mapping[str, Color]) -> Sequence[Color]:
    """Return everything that words are drawn on."""
    background, surface = shades["background"], shades["surface"]
    code, share = (shades["warning"], 0.1) if theme.dark else (shades["error"], 0.05)
    return [
        background,
        surface,
        shades["panel"],
        _cursor_ground(shades),
        # code in a line of text
        background.blend(code, share, alpha=1.0),
        surface.blend(code, share, alpha=1.0),
    ]
