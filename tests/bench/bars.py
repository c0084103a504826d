"""What is to be reached, and by which figure of which scenario it is judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

Measured = Mapping[str, Mapping[str, Sequence[float]]]
"""Scenario -> figure -> its value in each repetition."""


@dataclass(frozen=True, slots=True)
class Bar:
    scenario: str
    figure: str
    sentence: str
    highest: float
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The median of a figure and its spread beside its bar; `None` where nothing was measured."""

    bar: Bar
    middle: float | None
    lowest: float | None = None
    highest: float | None = None

    @property
    def is_reached(self) -> bool:
        return self.middle is not None and self.middle <= self.bar.highest


BARS = (
    Bar(
        "shapes",
        "worst shape: frame at the end ÷ at the beginning",
        "a frame at the end of a huge answer ÷ at its beginning, worst shape",
        1.5,
    ),
    Bar("shapes", "ends never shown", "shapes of which the end is not shown", 0),
    Bar("short", "runnel: CPU ÷ script", "short answer at 500 tokens/s: CPU ÷ script", 3.5),
    Bar("long", "CPU per KB ÷ that of the short one", "long answer: CPU per KB ÷ short one", 1.2),
    Bar("flood", "runnel: CPU ÷ script", "huge answer at once: CPU ÷ script", 4),
    Bar(
        "shapes",
        "worst shape: longest stall ms",
        "longest stall at 500 tokens/s, worst shape",
        100,
        "ms",
    ),
    Bar("five", "runnel: longest stall ms", "longest stall with five streams", 150, "ms"),
    Bar("echo", "runnel: streaming p99 ms", "key echo while streaming, p99", 60, "ms"),
    Bar("echo", "runnel: p99 ÷ idle", "key echo while streaming ÷ idle, p99", 3),
    Bar("short", "runnel: last byte to screen ms", "last byte to complete screen", 250, "ms"),
    Bar("long", "runnel: last byte to screen ms", "the same of a long answer", 250, "ms"),
    Bar("short", "runnel: to the terminal KB", "short answer: bytes to the terminal", 250, "KB"),
    Bar("flood", "runnel: peak MB of the whole", "peak memory after a huge answer", 110, "MB"),
    Bar("history", "longest from memory s", "longest session opened from memory", 0.3, "s"),
    Bar("history", "longest ÷ shortest from memory", "the same ÷ the shortest session", 1.3),
    Bar("sessions", "list shown from memory s", "long list of sessions: first paint", 0.3, "s"),
    Bar("sessions", "a filter keystroke, median ms", "the same: a filter keystroke", 100, "ms"),
    Bar("quiet", "idle bytes/s", "bytes a second, idle", 0),
    Bar("quiet", "waiting for the first token bytes/s", "bytes a second, waiting", 150),
    Bar("start", "runnel: first paint ÷ empty app", "first paint ÷ an empty Textual app", 1.6),
)


def judged(measured: Measured) -> list[Verdict]:
    """Return the verdict of every bar whose scenario was run."""
    return [_verdict(bar, measured[bar.scenario]) for bar in BARS if bar.scenario in measured]


def _verdict(bar: Bar, figures: Mapping[str, Sequence[float]]) -> Verdict:
    values = figures.get(bar.figure, ())
    if not values:
        return Verdict(bar, None)
    return Verdict(bar, median(values), min(values), max(values))
