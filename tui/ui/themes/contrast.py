"""Contrast of colours, and the nearest colour that has enough of it.

Source: WCAG 2.2, "relative luminance" and "contrast ratio".
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from textual.color import BLACK, WHITE, Color

TEXT = 4.5
"""What text needs against its ground (level AA)."""
MARKS = 3.0
"""What a glyph, a border or a bar that means something needs."""
_STEPS = 64


def luminance(colour: Color) -> float:
    """Return how bright an opaque colour is, 0 to 1."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in colour.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Color, other: Color) -> float:
    """Return the contrast ratio of two opaque colours, 1 to 21."""
    return _ratio(luminance(one), luminance(other))


def legible(
    ink: Color, grounds: Sequence[Color], least: float, poles: Sequence[Color] = (WHITE, BLACK)
) -> Color:
    """Return the colour nearest to `ink` that has at least this contrast on all of the grounds.

    It is `ink` itself when that has it, else a mixture with the pole that has most of it. Where no
    pole has enough, it is that pole.
    """
    bright = [luminance(ground) for ground in grounds]

    def worst(colour: Color) -> float:
        own = luminance(colour)
        return min(_ratio(own, each) for each in bright)

    if worst(ink) >= least:
        return ink
    pole = max(poles, key=worst)
    if worst(pole) < least:
        return pole
    steps = [ink.blend(pole, step / _STEPS, alpha=1.0) for step in range(1, _STEPS)] + [pole]
    # from the far end: nearer to the ink it may be legible by chance, between two of the grounds
    for legible_step, nearer in pairwise(reversed(steps)):
        if worst(nearer) < least:
            return legible_step
    return steps[0]


def _ratio(one: float, other: float) -> float:
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)
