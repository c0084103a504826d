"""Scenarios measured side by side, each in a process of its own, while nothing is timed."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.figures import Figures

LANES = 3
"""So many at once: most of them wait, and two cores are enough."""
_LOOK_EVERY_S = 0.1
_ENDING_S = 10.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one of them measured, and why it did not measure the rest."""

    name: str
    took_s: float
    figures: Figures = field(default_factory=dict)
    failures: Sequence[str] = ()


def side_by_side(names: Sequence[str], options: Sequence[str], folder: Path) -> Iterator[Outcome]:
    """Measure scenarios and yield the outcome of each as it ends.

    `options` are those of the command line that hold for all; each leaves its figures in `folder`.
    """
    waiting, running = list(names), dict[str, tuple[float, subprocess.Popen[bytes]]]()
    try:
        while waiting or running:
            while waiting and len(running) < LANES:
                name = waiting.pop(0)
                running[name] = time.monotonic(), _begun(name, options, folder / f"{name}.json")
            time.sleep(_LOOK_EVERY_S)
            for name, (began_at, process) in list(running.items()):
                if process.poll() is not None:
                    del running[name]
                    took_s = time.monotonic() - began_at
                    yield _outcome(name, took_s, folder / f"{name}.json", process.returncode)
    finally:
        for _, process in running.values():
            process.terminate()
        for _, process in running.values():
            process.wait(_ENDING_S)


def _begun(name: str, options: Sequence[str], file: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.bench", "--only", name, "--json", str(file), *options]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _outcome(name: str, took_s: float, file: Path, status: int) -> Outcome:
    if not file.exists():
        return Outcome(name, took_s, failures=[f"its process ended with {status}"])
    told = json.loads(file.read_text("utf-8"))
    figures: Figures = {
        figure: [math.inf if each is None else each for each in values]
        for figure, values in told["figures"].get(name, {}).items()
    }
    return Outcome(name, took_s, figures, told["failures"].get(name, ()))
