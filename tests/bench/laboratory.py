"""Opens what is measured: each subject in a terminal, against the benchmark's server."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from types import MappingProxyType

from tests.bench.control import BenchServer
from tests.bench.gpt_trainer import BOT, SCRIPTS_SESSION
from tests.bench.hardwire import EMAIL, MODEL, PASSWORD, SCRIPTS_CHAT
from tests.bench.line import Line
from tests.bench.plan import KB, Plan, Stretch, one_pace
from tests.bench.pseudo_terminal import PseudoTerminal
from tests.bench.subjects import READY
from tests.clean_environment import clean_environment

RUNNEL, HARDWIRE = "runnel", "hardwire"
"""Runnel at a host of the GPT-trainer family, whose answers are raw text, and at HardWire, whose
answers are server-sent events."""
SCRIPT_OF = {RUNNEL: "script", HARDWIRE: "SSE script"}
"""The plain script that asks the same API."""
COMPOSER = "sk something"
"""In the first frame with the box to write in, whose first letter is under the cursor."""
NARROW, WIDE = (120, 40), (160, 48)
START_LIMIT_S = 30.0
_LETTER = "\u1401"

Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured."""

    is_full: bool = False
    """All shapes, all peers, all sizes."""
    short_kb: int = 10
    paced_kb: int = 4
    """Of a part of a longer answer that comes at a pace."""
    long_kb: int = 100
    huge_kb: int = 500
    sessions: int = 100_000
    stored: int = 20_000
    """Sessions that an earlier start has left in the store."""
    histories: tuple[int, ...] = (100, 10_000)
    opened: int = 30
    """Sessions that are opened one after the other."""
    opened_messages: int = 1_000
    pages: int = 4
    keys: int = 180
    steps: int = 20
    """Of a window that is resized."""
    age_s: float = 6.5
    """How long words come at the pace of reading."""
    watch_s: float = 3.0
    limit_s: float = 60.0
    """Longest wait for one answer to be read and shown, beyond what its pace takes."""

    @classmethod
    def full(cls) -> Extent:
        histories = (100, 1_000, 10_000)
        return cls(
            is_full=True,
            paced_kb=10,
            histories=histories,
            pages=20,
            keys=300,
            watch_s=5.0,
            limit_s=90.0,
        )

    @classmethod
    def quick(cls) -> Extent:
        return cls(
            short_kb=2,
            paced_kb=1,
            long_kb=4,
            huge_kb=12,
            sessions=500,
            stored=100,
            histories=(20, 40, 80),
            opened=12,
            opened_messages=20,
            pages=3,
            keys=30,
            steps=5,
            age_s=3.0,
            watch_s=1.5,
            limit_s=20.0,
        )


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
        self._is_compiled = False
        self.server = BenchServer(clean_environment(folder))

    def plan(self, shape: str, size_kb: int, tokens_per_s: int) -> Plan:
        """Return an answer with a name of its own, made known to the server."""
        return self._prepared(one_pace(self._name(), shape, size_kb * KB, tokens_per_s))

    def plan_in_stretches(self, shape: str, *stretches: Stretch) -> Plan:
        return self._prepared(Plan(self._name(), shape, stretches))

    @contextmanager
    def open(
        self, subject: str, plan: Plan, size: Size = NARROW, line: Line | None = None
    ) -> Iterator[Subject]:
        """Start a program other than Runnel that asks the question of `plan`."""
        stalls = self._stalls()
        command = self.script(subject, plan) or _watched(
            stalls, subject, self._gpt_trainer_stream, plan.name
        )
        with self._terminal(command, size, plan.end, line=line) as terminal:
            yield Subject(terminal, stalls)

    def script(self, subject: str, plan: Plan) -> list[str] | None:
        """Return the command of a program that draws no screen, `None` when there is none."""
        url, events = self._gpt_trainer_stream, f"{self.server.url}/api/chats/{SCRIPTS_CHAT}"
        python = [sys.executable, "-m"]
        commands = {
            "script": [*python, "tests.bench.subjects.script", url, plan.name],
            "SSE script": [
                *python,
                "tests.bench.subjects.sse_script",
                f"{events}/messages/stream",
                plan.name,
            ],
            "curl": ["curl", "-N", "-s", "-d", f'{{"query": "{plan.name}"}}', url],
        }
        return commands.get(subject)

    @contextmanager
    def open_runnel(
        self,
        subject: str = RUNNEL,
        size: Size = NARROW,
        end: str = "",
        settings: Mapping[str, str] = MappingProxyType({}),
        line: Line | None = None,
    ) -> Iterator[Subject]:
        """Start Runnel and wait until it has read what it reads at its start.

        `settings` are others than those it comes with, as variables of its environment;
        all goes over `line`.
        """
        stalls = self._stalls()
        command = _watched(stalls, RUNNEL)
        with self._terminal(command, size, end, subject, settings=settings, line=line) as terminal:
            terminal.wait_seen(COMPOSER, limit_s=START_LIMIT_S)
            terminal.wait_calm(START_LIMIT_S)
            yield Subject(terminal, stalls)

    def compile_runnel(self) -> None:
        """See to it that no start is the first of a fresh copy, which compiles it."""
        if not self._is_compiled:
            self._is_compiled = True
            self.first_paint(of_runnel=True)

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

    @contextmanager
    def started(self, subject: str, typed: str) -> Iterator[PseudoTerminal]:
        """Start Runnel and have `typed` typed at the first sight of the box to write in."""
        command = [sys.executable, "-m", "tui"]
        with self._terminal(command, NARROW, COMPOSER, subject, typed) as terminal:
            yield terminal

    @contextmanager
    def empty_app(self) -> Iterator[PseudoTerminal]:
        """Start a Textual app with nothing in it and wait for its frame."""
        command = [sys.executable, "-m", "tests.bench.subjects.empty"]
        with self._terminal(command, NARROW, READY) as terminal:
            terminal.wait_seen(READY, limit_s=START_LIMIT_S)
            terminal.wait_calm(START_LIMIT_S)
            yield terminal

    def environment(self, subject: str = RUNNEL) -> dict[str, str]:
        """Return that of a program in a new home, with the profile of `subject`."""
        home = self._folder / f"home-{next(self._numbers)}"
        home.mkdir()
        return {**clean_environment(home), **_profile(subject, self.server.url)}

    @property
    def _gpt_trainer_stream(self) -> str:
        return f"{self.server.url}/api/v1/session/{SCRIPTS_SESSION}/message/stream"

    def _terminal(
        self,
        command: list[str],
        size: Size,
        end: str,
        subject: str = RUNNEL,
        typed: str = "",
        *,
        line: Line | None = None,
        settings: Mapping[str, str] = MappingProxyType({}),
    ) -> PseudoTerminal:
        environment = {**self.environment(subject), **settings}
        return PseudoTerminal(
            command,
            environment,
            folder=Path(environment["HOME"]),
            size=size,
            end=end,
            typed_at_end=typed,
            partner=self.server.pid,
            line=line,
            # there only the cells of a word are written that differ from what stood there
            is_emulated=settings.get("RUNNEL_LINK") == "slow",
        )

    def _stalls(self) -> Path:
        return self._folder / f"stalls-{next(self._numbers)}"

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


def _watched(stalls: Path, *program: str) -> list[str]:
    return [sys.executable, "-m", "tests.bench.subjects.watched", str(stalls), *program]


def _profile(subject: str, url: str) -> dict[str, str]:
    own = {
        RUNNEL: {"API": "gpt-trainer", "TOKEN": "key", "CHATBOT": str(BOT["uuid"])},
        HARDWIRE: {"API": "hardwire", "EMAIL": EMAIL, "PASSWORD": PASSWORD, "MODEL": MODEL},
    }
    keys = {**own[subject], "BASE_URL": url}
    profile = {f"RUNNEL_PROFILES__BENCH__{key}": value for key, value in keys.items()}
    return {"RUNNEL_DEFAULT_PROFILE": "bench", **profile}
