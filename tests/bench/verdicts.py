"""Bars and verdicts: what is to be reached, and how a figure stands beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

Measured = Mapping[str, Mapping[str, Sequence[float]]]
"""Scenario -> figure -> each value that was measured."""


@dataclass(frozen=True, slots=True)
class Bar:
    scenario: str
    figure: str
    sentence: str
    highest: float
    unit: str = ""
    reference: str = ""
    """Figure of the same scenario that the figure is also told as a multiple of."""
    of: str = ""
    """What the reference is, in a word or two."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The median of a figure and its spread beside its bar; `None` where nothing was measured."""

    bar: Bar
    middle: float | None
    lowest: float | None = None
    highest: float | None = None
    ratio: float | None = None
    """The median as a multiple of that of the reference."""

    @property
    def is_reached(self) -> bool:
        return self.middle is not None and self.middle <= self.bar.highest


def judged(bars: Sequence[Bar], measured: Measured) -> list[Verdict]:
    """Return the verdict of every bar whose scenario was run."""
    return [_verdict(bar, measured[bar.scenario]) for bar in bars if bar.scenario in measured]


def _verdict(bar: Bar, figures: Mapping[str, Sequence[float]]) -> Verdict:
    values = figures.get(bar.figure, ())
    if not values:
        return Verdict(bar, None)
    middle = median(values)
    references = figures.get(bar.reference, ())
    reference = median(references) if references else 0.0
    ratio = middle / reference if reference else None
    return Verdict(bar, middle, min(values), max(values), ratio)
