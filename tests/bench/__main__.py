"""`python -m tests.bench`: measure Runnel beside other ways to show the same answers.

The figures are those of the machine and its load; what counts are the ratios, of which both sides
are taken at once or one right after the other. The exit code is 0 when all bars hold, 1 when one
does not, 3 when something could not be measured.
"""

from __future__ import annotations

import json
import sys
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path

from tests.bench.bars import BARS
from tests.bench.laboratory import Extent
from tests.bench.report import details, document, machine, table
from tests.bench.run import Round, Run, rounds_of, told_time
from tests.bench.scenarios import DEFAULT, QUICK, SCENARIOS
from tests.bench.verdicts import judged

FAILED, NOT_MEASURED = 1, 3


def main() -> int:
    """Measure what the command line names and print the table."""
    arguments = _arguments()
    rounds, extent = _rounds(arguments), _extent(arguments)
    before = machine()
    _tell(f"before: {before}")
    run = Run(rounds, extent, _shared_options(arguments))
    takes = "small texts, for which the bars are not meant"
    if not arguments.quick:
        takes = f"{told_time(run.calm_s)} on a calm machine"
    _tell(f"{len(rounds)} rounds of {len(dict(rounds))} scenarios: {takes}")
    began_at = time.monotonic()
    run.measure()
    measured, failures = run.measured, run.failures
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
    default = QUICK if arguments.quick else tuple(SCENARIOS) if arguments.full else DEFAULT
    return rounds_of(arguments.only or default, 1 if arguments.quick else arguments.repeat)


def _extent(arguments: Namespace) -> Extent:
    if arguments.quick:
        return Extent.quick()
    return Extent.full() if arguments.full else Extent()


def _shared_options(arguments: Namespace) -> list[str]:
    """Return what holds for each scenario alone."""
    options = [f"--{name}" for name in ("full", "quick") if getattr(arguments, name)]
    return [*options, "--repeat", str(arguments.repeat)] if arguments.repeat else options


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
