"""Opens what is measured: each subject in a terminal, against the benchmark's server."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from tests.bench.control import BenchServer
from tests.bench.plan import KB, Plan, Stretch, one_pace
from tests.bench.pseudo_terminal import PseudoTerminal
from tests.bench.subjects.empty import READY
from tests.bench.world import BOT

REPOSITORY = Path(__file__).parents[2]
RUNNEL = "runnel"
COMPOSER = "sk something"
"""In the first frame with the box to write in, whose first letter is under the cursor."""
NARROW, WIDE = (120, 40), (160, 48)
START_LIMIT_S = 30.0
_LETTER = "\u1401"

Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured."""

    short_kb: int = 10
    long_kb: int = 100
    huge_kb: int = 500
    sessions: int = 100_000
    histories: tuple[int, ...] = (100, 1_000, 10_000)
    pages: int = 20
    keys: int = 200
    watch_s: float = 5.0
    limit_s: float = 90.0
    """Longest wait for one answer to be read and shown, beyond what its pace takes."""

    @classmethod
    def quick(cls) -> Extent:
        return cls(2, 4, 12, 500, (20, 40, 80), pages=3, keys=20, watch_s=1.5, limit_s=20.0)


@dataclass(frozen=True, slots=True)
class FirstPaint:
    """Seconds from the start of a process."""

    frame_s: float
    cpu_s: float
    """What was computed until the first frame."""
    letter_s: float = 0.0
    """Until a letter typed at the first frame was shown."""


class Laboratory:
    """Everything one run of the benchmark works with; `folder` holds what subjects leave."""

    def __init__(self, folder: Path, extent: Extent) -> None:
        self.extent = extent
        self._folder = folder
        self._numbers = count(1)
        self.server = BenchServer(_environment(folder))

    def plan(self, shape: str, size_kb: int, tokens_per_s: int) -> Plan:
        """Return an answer with a name of its own, made known to the server."""
        return self._prepared(one_pace(self._name(), shape, size_kb * KB, tokens_per_s))

    def plan_in_stretches(self, shape: str, *stretches: Stretch) -> Plan:
        return self._prepared(Plan(self._name(), shape, stretches))

    @contextmanager
    def open(self, subject: str, plan: Plan, size: Size = NARROW) -> Iterator[Subject]:
        """Start a subject that asks the question of `plan`."""
        url = f"{self.server.url}/api/v1/session/{'f' * 32}/message/stream"
        stalls = self._folder / f"stalls-{next(self._numbers)}"
        body = f'{{"query": "{plan.name}"}}'
        commands = {
            "script": [sys.executable, "-m", "tests.bench.subjects.script", url, plan.name],
            "curl": ["curl", "-N", "-s", "-d", body, url],
        }
        watched = [sys.executable, "-m", "tests.bench.subjects.watched", str(stalls), subject]
        command = commands.get(subject) or [*watched, url, plan.name]
        with self._terminal(command, size, plan.end) as terminal:
            yield Subject(terminal, stalls)

    @contextmanager
    def open_runnel(self, size: Size = NARROW, end: str = "") -> Iterator[Subject]:
        """Start Runnel and wait until it has read what it reads at its start."""
        stalls = self._folder / f"stalls-{next(self._numbers)}"
        watched = [sys.executable, "-m", "tests.bench.subjects.watched", str(stalls), RUNNEL]
        with self._terminal(watched, size, end) as terminal:
            terminal.wait_seen(COMPOSER, limit_s=START_LIMIT_S)
            terminal.wait_calm(START_LIMIT_S)
            yield Subject(terminal, stalls)

    def first_paint(self, *, of_runnel: bool) -> FirstPaint:
        """Start Runnel, or an empty Textual app, until its first frame is written."""
        module = "tui" if of_runnel else "tests.bench.subjects.empty"
        sign = COMPOSER if of_runnel else READY
        with self._terminal([sys.executable, "-m", module], NARROW, sign) as terminal:
            terminal.wait_seen(sign, limit_s=START_LIMIT_S)
            seen = terminal.end_seen
            assert seen is not None
            at, cpu_s = seen.at - terminal.started_at, seen.cpu_s
            if not of_runnel:
                return FirstPaint(at, cpu_s)
            terminal.send(_LETTER)
            letter_at = terminal.wait_seen(_LETTER, limit_s=START_LIMIT_S)
            return FirstPaint(at, cpu_s, letter_at - terminal.started_at)

    def _terminal(self, command: list[str], size: Size, end: str) -> PseudoTerminal:
        home = self._folder / f"home-{next(self._numbers)}"
        home.mkdir()
        environment = {**_environment(home), **_profile(self.server.url)}
        return PseudoTerminal(
            command, environment, folder=home, size=size, end=end, partner=self.server.pid
        )

    def _name(self) -> str:
        return f"b{next(self._numbers)}x"

    def _prepared(self, plan: Plan) -> Plan:
        self.server.prepare(plan)
        return plan


@dataclass(frozen=True, slots=True)
class Stall:
    """How long an event loop attended to nothing else."""

    wall_s: float
    """What a key waited; on a busy machine also for other programs."""
    cpu_s: float
    """What the loop computed in it."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A program being measured."""

    terminal: PseudoTerminal
    stalls: Path

    def longest_stall(self, since: float, until: float) -> Stall:
        """Return the longest pass of the loop that began between two moments."""
        if not self.stalls.exists():
            return Stall(0, 0)
        passes = (map(float, line.split()) for line in self.stalls.read_text("ascii").splitlines())
        stalls = [Stall(*took) for began, *took in passes if since <= began <= until]
        # the one that waited longest may not be the one that computed longest
        return Stall(
            max((stall.wall_s for stall in stalls), default=0.0),
            max((stall.cpu_s for stall in stalls), default=0.0),
        )


def _environment(home: Path) -> dict[str, str]:
    return {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_STATE_HOME": str(home / "state"),
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONPATH": str(REPOSITORY),
    }


def _profile(url: str) -> dict[str, str]:
    return {
        "RUNNEL_DEFAULT_PROFILE": "bench",
        "RUNNEL_PROFILES__BENCH__API": "gpt-trainer",
        "RUNNEL_PROFILES__BENCH__BASE_URL": url,
        "RUNNEL_PROFILES__BENCH__TOKEN": "key",
        "RUNNEL_PROFILES__BENCH__CHATBOT": str(BOT["uuid"]),
    }
