"""Run of the benchmark: rounds of scenarios, how long they take, and what they measure."""

from __future__ import annotations

import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from tests.bench.failure import NotMeasured
from tests.bench.figures import Figures, merged
from tests.bench.laboratory import Extent, Laboratory
from tests.bench.scenarios import SCENARIOS
from tests.bench.side_by_side import LANES, Outcome, side_by_side

LIMIT_S = 600
"""Longest time for one round of a scenario."""

Round = tuple[str, int]
"""A scenario, and which of its rounds."""


def rounds_of(names: Sequence[str], repeat: int | None = None) -> list[Round]:
    """Return what is to be run: first a round of all, so that a broken-off run shows the most.

    Each as often as it needs, or as `repeat` says.
    """
    counts = {name: repeat or SCENARIOS[name].rounds for name in names}
    most = max(counts.values())
    return [
        (name, number) for number in range(1, most + 1) for name in names if number <= counts[name]
    ]


class Run:
    """Runs `rounds`, first those side by side that are not timed.

    Of one of these alone nothing stands beside it. `options` of the command line hold for each.
    """

    def __init__(self, rounds: Sequence[Round], extent: Extent, options: Sequence[str]) -> None:
        untimed = dict.fromkeys(name for name, _ in rounds if not SCENARIOS[name].is_timed)
        beside = list(untimed) if len(untimed) > 1 else []
        # the longest first: then none of them is left over at the end
        self._beside = sorted(beside, key=lambda name: -_calm_s(name, extent))
        self._rounds = [each for each in rounds if each[0] not in beside]
        self._extent = extent
        self._options = options
        self._began_at = 0.0
        self._figures: dict[str, list[Figures]] = {name: [] for name, _ in rounds}
        self.failures: dict[str, list[str]] = {}

    @property
    def calm_s(self) -> float:
        """How long it takes on a calm machine."""
        return self._beside_s + self._rounds_s(self._rounds)

    @property
    def measured(self) -> dict[str, dict[str, list[float]]]:
        return {name: merged(each) for name, each in self._figures.items()}

    def measure(self) -> None:
        """Run all of it, or as much as there is time for until it is interrupted."""
        self._began_at = time.monotonic()
        # the folder is the subjects' home: what they read at their start must not be a person's
        with tempfile.TemporaryDirectory(prefix="runnel-bench-") as folder, _ended_in_time():
            try:
                for outcome in side_by_side(self._beside, self._options, Path(folder)):
                    self._note(outcome)
                lab = Laboratory(Path(folder), self._extent)
                with lab.server:
                    for place, (name, number) in enumerate(self._rounds):
                        self._note(_round(lab, name), f" {number}")
                        _tell(f"{self._left(place + 1)} left")
            except KeyboardInterrupt:
                self.failures.setdefault("the run", []).append("interrupted")

    def _note(self, outcome: Outcome, number: str = "") -> None:
        self._figures[outcome.name].append(outcome.figures)
        if outcome.failures:
            self.failures.setdefault(outcome.name, []).extend(outcome.failures)
        _tell(f"{outcome.name}{number}: {outcome.took_s:.0f} s")

    def _left(self, done: int) -> str:
        """Return how long the rest takes: on a busy machine it goes on as it began."""
        took_s = time.monotonic() - self._began_at
        calm_s = self._beside_s + self._rounds_s(self._rounds[:done])
        return told_time(took_s / calm_s * self._rounds_s(self._rounds[done:]))

    @property
    def _beside_s(self) -> float:
        each_s = [_calm_s(name, self._extent) for name in self._beside]
        return max(max(each_s, default=0.0), sum(each_s) / LANES)

    def _rounds_s(self, rounds: Sequence[Round]) -> float:
        return sum(_calm_s(name, self._extent) for name, _ in rounds)


def _calm_s(name: str, extent: Extent) -> float:
    scenario = SCENARIOS[name]
    return scenario.full_s if extent.is_full else scenario.calm_s


def _round(lab: Laboratory, name: str) -> Outcome:
    """Run a scenario once; what it opened is ended where it takes too long."""
    began_at = time.monotonic()
    figures, failures = Figures(), list[str]()
    signal.alarm(LIMIT_S)
    try:
        figures = SCENARIOS[name].run(lab)
    except NotMeasured as reason:
        failures.append(str(reason))
    finally:
        signal.alarm(0)
    return Outcome(name, time.monotonic() - began_at, figures, failures)


@contextmanager
def _ended_in_time() -> Iterator[None]:
    """Let a scenario that takes too long, and a run that is to end, end what they have opened."""

    def end_scenario(number: int, frame: object) -> NoReturn:
        raise NotMeasured(f"it was not done in {LIMIT_S} s")

    def end_run(number: int, frame: object) -> NoReturn:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, end_scenario), signal.signal(signal.SIGTERM, end_run)
    try:
        yield
    finally:
        signal.signal(signal.SIGALRM, before[0])
        signal.signal(signal.SIGTERM, before[1])


def told_time(duration_s: float) -> str:
    minutes, seconds = divmod(round(duration_s), 60)
    return f"about {minutes}:{seconds:02} min"


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
