"""Figures of a scenario: by name, one value or several of one and the same thing."""

from __future__ import annotations

from collections.abc import Sequence

Figures = dict[str, float | list[float]]


def merged(rounds: Sequence[Figures]) -> dict[str, list[float]]:
    """Return for each name the values of all rounds."""
    values: dict[str, list[float]] = {}
    for figures in rounds:
        for name, figure in figures.items():
            values.setdefault(name, []).extend(figure if isinstance(figure, list) else [figure])
    return values
