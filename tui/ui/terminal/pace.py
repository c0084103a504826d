"""Pace of frames: how soon after one the next may come."""

from __future__ import annotations

from msgspec import Struct


class Pace(Struct, frozen=True):
    """How soon after a frame the next one may come: the later, the more has come since."""

    least_s: float
    s_per_char: float
    most_s: float

    def pause_s(self, chars: int) -> float:
        return min(self.most_s, self.least_s + chars * self.s_per_char)


LIVELY = Pace(least_s=0.03, s_per_char=0.00004, most_s=0.15)
"""Single tokens are drawn as they come, and what was gathered at once; a flood in fewer frames."""
CALM = Pace(least_s=0.5, s_per_char=0.0, most_s=0.5)
"""A few words at a time."""
