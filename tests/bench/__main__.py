"""`python -m tests.bench`: measure Runnel beside other ways to show the same answers.

The figures are those of the machine and its load; what counts are the ratios, of which both sides
are taken at once or one right after the other. The exit code is 0 when all bars hold, 1 when one
does not, 3 when something could not be measured.
"""

from __future__ import annotations

import json
import signal
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from tests.bench.bars import BARS
from tests.bench.failure import NotMeasured
from tests.bench.figures import Figures, merged
from tests.bench.laboratory import Extent, Laboratory
from tests.bench.report import details, document, machine, table
from tests.bench.scenarios import QUICK, SCENARIOS
from tests.bench.verdicts import judged

LIMIT_S = 600
"""Longest time for one round of a scenario."""
FAILED, NOT_MEASURED = 1, 3

Round = tuple[str, int]
"""A scenario, and which of its rounds."""


def measure(
    rounds: Sequence[Round], extent: Extent
) -> tuple[dict[str, dict[str, list[float]]], dict[str, list[str]]]:
    """Run scenarios and return their figures, and for those that failed why."""
    measured: dict[str, list[Figures]] = {name: [] for name, _ in rounds}
    failures: dict[str, list[str]] = {}
    # the folder is the subjects' home: what they read at their start must not be a person's
    with tempfile.TemporaryDirectory(prefix="runnel-bench-") as folder, _ended_in_time():
        lab = Laboratory(Path(folder), extent)
        started_at = time.monotonic()
        with lab.server:
            for place, (name, number) in enumerate(rounds):
                began_at = time.monotonic()
                signal.alarm(LIMIT_S)
                try:
                    measured[name].append(SCENARIOS[name].run(lab))
                except NotMeasured as reason:
                    failures.setdefault(name, []).append(str(reason))
                except KeyboardInterrupt:
                    failures.setdefault(name, []).append("interrupted")
                    break
                finally:
                    signal.alarm(0)
                now = time.monotonic()
                # on a busy machine, or with small texts, the rest goes on as it began
                pace = (now - started_at) / _calm_s(rounds[: place + 1], extent)
                left = _told_time(pace * _calm_s(rounds[place + 1 :], extent))
                _tell(f"{name} {number}: {now - began_at:.0f} s; {left} left")
    return {name: merged(each) for name, each in measured.items()}, failures


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


def main() -> int:
    """Measure what the command line names and print the table."""
    arguments = _arguments()
    rounds, extent = _rounds(arguments), _extent(arguments)
    before = machine()
    _tell(f"before: {before}")
    takes = "small texts, for which the bars are not meant"
    if not arguments.quick:
        takes = f"{_told_time(_calm_s(rounds, extent))} on a calm machine"
    _tell(f"{len(rounds)} rounds of {len(dict(rounds))} scenarios: {takes}")
    began_at = time.monotonic()
    measured, failures = measure(rounds, extent)
    verdicts = judged(BARS, measured)
    print(table(verdicts))
    print(f"\n{details(measured)}")
    for name, reasons in failures.items():
        print(f"\n{name} was not measured: {'; '.join(reasons)}")
    print(f"\nafter {time.monotonic() - began_at:.0f} s: {machine()}")
    if before["load"] > before["cores"] / 2:
        print("The machine was busy before: times are too long, and multiples blurred.")
    if arguments.json:
        told = json.dumps(document(measured, verdicts, failures), indent=1, ensure_ascii=False)
        arguments.json.write_text(told + "\n", "utf-8")
    if failures or any(each.middle is None for each in verdicts):
        return NOT_MEASURED
    # texts so small cost what the beginning and the end of an answer cost
    if arguments.quick or all(each.is_reached for each in verdicts):
        return 0
    return FAILED


def _rounds(arguments: Namespace) -> list[Round]:
    """Return what is to be run: first a round of all, so that a broken-off run shows the most."""
    names = arguments.only or (
        list(QUICK)
        if arguments.quick
        else [name for name, each in SCENARIOS.items() if arguments.full or each.is_default]
    )
    rounds = {
        name: 1 if arguments.quick else arguments.repeat or SCENARIOS[name].rounds for name in names
    }
    most = max(rounds.values())
    return [
        (name, number) for number in range(1, most + 1) for name in names if number <= rounds[name]
    ]


def _extent(arguments: Namespace) -> Extent:
    if arguments.quick:
        return Extent.quick()
    return Extent.full() if arguments.full else Extent()


def _calm_s(rounds: Sequence[Round], extent: Extent) -> float:
    scenarios = [SCENARIOS[name] for name, _ in rounds]
    return sum(each.full_s if extent.is_full else each.calm_s for each in scenarios)


def _told_time(duration_s: float) -> str:
    minutes, seconds = divmod(round(duration_s), 60)
    return f"about {minutes}:{seconds:02} min"


def _arguments() -> Namespace:
    parser = ArgumentParser("python -m tests.bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=SCENARIOS, help="may be repeated")
    parser.add_argument("--full", action="store_true", help="all shapes, peers and sizes")
    parser.add_argument("--repeat", type=int, metavar="N", help="rounds; default: what each needs")
    parser.add_argument("--quick", action="store_true", help="small texts, once: does it work?")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write all figures there")
    return parser.parse_args()


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
