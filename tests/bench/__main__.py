"""`python -m tests.bench`: measure Runnel beside other ways to show the same answers.

The figures are those of the machine and its load; what counts are the ratios, of which both sides
are taken one right after the other.
"""

from __future__ import annotations

import json
import signal
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import NoReturn

from tests.bench import answers, screens
from tests.bench.answers import Figures
from tests.bench.bars import judged
from tests.bench.failure import NotMeasured
from tests.bench.laboratory import Extent, Laboratory
from tests.bench.report import details, document, machine, table

SCENARIOS: dict[str, Callable[[Laboratory], Figures]] = {
    "start": screens.start,
    "quiet": screens.quiet,
    "short": answers.short,
    "slow": answers.slow,
    "long": answers.long,
    "flood": answers.flood,
    "shapes": answers.shapes,
    "five": answers.five,
    "echo": answers.echo,
    "history": screens.history,
    "sessions": screens.sessions,
}
LIMIT_S = 600
"""Longest time for one repetition of a scenario."""
QUICK = ("start", "short")
"""What `--quick` runs when nothing is named."""


def measure(
    names: list[str], extent: Extent, repetitions: int
) -> tuple[dict[str, dict[str, list[float]]], dict[str, list[str]]]:
    """Run scenarios and return their figures, and for those that failed why."""
    measured: dict[str, dict[str, list[float]]] = {}
    failures: dict[str, list[str]] = {}
    # the folder is the subjects' home: what they read at their start must not be a person's
    with tempfile.TemporaryDirectory(prefix="runnel-bench-") as folder, _ended_in_time():
        lab = Laboratory(Path(folder), extent)
        with lab.server:
            for repetition, name in product(range(repetitions), names):
                began_at = time.monotonic()
                measured.setdefault(name, {})
                signal.alarm(LIMIT_S)
                try:
                    for figure, value in SCENARIOS[name](lab).items():
                        measured[name].setdefault(figure, []).append(value)
                except NotMeasured as reason:
                    failures.setdefault(name, []).append(str(reason))
                except KeyboardInterrupt:
                    failures.setdefault(name, []).append("interrupted")
                    break
                finally:
                    signal.alarm(0)
                took_s = time.monotonic() - began_at
                _tell(f"{name} {repetition + 1} of {repetitions}: {took_s:.0f} s")
    return measured, failures


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
    names = arguments.only or (list(QUICK) if arguments.quick else list(SCENARIOS))
    extent = Extent.quick() if arguments.quick else Extent()
    repetitions = 1 if arguments.quick else arguments.repeat
    _tell(f"before: {machine()}")
    measured, failures = measure(names, extent, repetitions)
    verdicts = judged(measured)
    print(table(verdicts))
    print(f"\n{details(measured)}")
    for name, reasons in failures.items():
        print(f"\n{name} was not measured: {'; '.join(reasons)}")
    print(f"\nafter: {machine()}")
    if arguments.json:
        told = json.dumps(document(measured, verdicts, failures), indent=1, ensure_ascii=False)
        arguments.json.write_text(told + "\n", "utf-8")
    return 1 if failures else 0


def _arguments() -> Namespace:
    parser = ArgumentParser("python -m tests.bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=SCENARIOS, help="may be repeated")
    parser.add_argument("--repeat", type=int, default=3, metavar="N", help="default: 3")
    parser.add_argument("--quick", action="store_true", help="small texts, once: does it work?")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write all figures there")
    return parser.parse_args()


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
