"""The tables, and the same for machines."""

from __future__ import annotations

import math
import os
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from statistics import median
from typing import Any

from tests.bench.verdicts import Measured, Verdict


def table(verdicts: Sequence[Verdict]) -> str:
    """Return the bars, with what was measured and whether it is enough."""
    rows = [("figure", "bar", "median", "spread", "beside", "")]
    for each in verdicts:
        unit = f" {each.bar.unit}".rstrip()
        rows.append(
            (
                each.bar.sentence,
                f"≤ {_told(each.bar.highest, unit)}",
                "–" if each.middle is None else _told(each.middle, unit),
                _spread(each.lowest, each.highest),
                _multiple(each),
                "not measured" if each.middle is None else "holds" if each.is_reached else "FAILS",
            )
        )
    return _aligned(rows)


def details(measured: Measured) -> str:
    """Return every figure of every scenario."""
    rows = [("scenario", "figure", "median", "spread")]
    for scenario, figures in measured.items():
        rows += [
            (scenario, name, _told(median(values)), _spread(min(values), max(values)))
            for name, values in figures.items()
        ]
    return _aligned(rows)


def document(
    measured: Measured, verdicts: Sequence[Verdict], failures: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """Return everything as it is written to a JSON file; `null` stands for never."""
    return {
        "machine": machine(),
        "bars": [
            {
                "figure": each.bar.sentence,
                "median": _finite(each.middle),
                "lowest": _finite(each.lowest),
                "highest": _finite(each.highest),
                "ratio": _finite(each.ratio),
                "beside": each.bar.of,
                "bar": each.bar.highest,
                "unit": each.bar.unit,
                "reached": each.is_reached,
            }
            for each in verdicts
        ],
        "figures": {
            scenario: {name: list(map(_finite, values)) for name, values in figures.items()}
            for scenario, figures in measured.items()
        },
        "failures": {scenario: list(reasons) for scenario, reasons in failures.items()},
    }


def machine() -> dict[str, Any]:
    """Return what the figures depend on beside the code."""
    return {
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "textual": version("textual"),
    }


def _finite(value: float | None) -> float | None:
    return None if value is None or math.isinf(value) else value


def _told(value: float, unit: str = "") -> str:
    if math.isinf(value):
        return "never"
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}{unit}"
    return f"{value:.{2 if abs(value) < 10 else 1}f}{unit}"


def _multiple(verdict: Verdict) -> str:
    if verdict.ratio is None or math.isinf(verdict.ratio):
        return ""
    return f"{_told(verdict.ratio)} × {verdict.bar.of}"


def _spread(lowest: float | None, highest: float | None) -> str:
    if lowest is None or highest is None or lowest == highest:
        return ""
    return f"{_told(lowest)}–{_told(highest)}"


def _aligned(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return "\n".join([lines[0], "-" * (sum(widths) + 2 * len(widths) - 2), *lines[1:]])
