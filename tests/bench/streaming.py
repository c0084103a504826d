"""One answer on its way: held back, let go, shown, and what that cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from tests.bench.failure import NotMeasured
from tests.bench.laboratory import NARROW, SCRIPT_OF, Laboratory, Size, Stall, Subject
from tests.bench.plan import KB, Plan, Stretch
from tests.bench.pseudo_terminal import Snapshot

ASK_LIMIT_S = 30.0
_CALM_LIMIT_S = 10.0
_CALM_S = 0.3
_SETTLING_S = 0.7
"""Long enough for what is still done when an answer has ended."""
ENTER, NEW_SESSION = "\r", "\x0e"


@dataclass(frozen=True, slots=True)
class StreamCost:
    """What one stretch of an answer cost, from its first byte until all of it was drawn."""

    size_kb: float
    cpu_s: float
    share_of_core: float
    """CPU seconds a second from the first byte to the last one, without what comes after it."""
    after_last_byte_cpu_s: float
    """What was computed once the last byte was written, until nothing more was drawn."""
    wall_s: float
    """Until nothing more was drawn."""
    frames: int
    bursts: int
    written_kb: float
    peak_mb: float
    stall: Stall
    """All 0 of a program without a loop."""
    lag_s: float | None
    """From the last byte written by the server to the end on the screen; `None`: not shown."""

    @property
    def is_shown(self) -> bool:
        """The end of it came to the screen."""
        return self.lag_s is not None

    @property
    def frame_ms(self) -> float | None:
        return self.cpu_s / self.frames * 1000 if self.frames else None

    @property
    def cpu_ms_per_kb(self) -> float:
        return self.cpu_s / self.size_kb * 1000

    def figures(self, of: str) -> dict[str, float]:
        """Return what was measured by the names of a report."""
        measured = {
            "CPU s": self.cpu_s,
            "CPU s/s while it comes": self.share_of_core,
            "wall s": self.wall_s,
            "to the terminal KB": self.written_kb,
            "bursts": float(self.bursts),
            "peak MB": self.peak_mb,
            "longest stall ms": self.stall.wall_s * 1000,
            "longest stall, computing ms": self.stall.cpu_s * 1000,
            "last byte to screen ms": None if self.lag_s is None else self.lag_s * 1000,
            # so that a report says it, and not only leaves the lag out
            "end never shown": None if self.is_shown else 1.0,
        }
        return {f"{of}: {name}": value for name, value in measured.items() if value}


@contextmanager
def asked(lab: Laboratory, subject: str, plan: Plan, size: Size = NARROW) -> Iterator[Subject]:
    """Open a subject that has asked its question and waits for the first byte."""
    if subject not in SCRIPT_OF:
        with lab.open(subject, plan, size) as opened:
            lab.server.wait_asked(plan, 0, ASK_LIMIT_S)
            yield opened
        return
    with lab.open_runnel(subject, size, plan.end) as opened:
        ask(lab, opened, plan)
        yield opened


def ask(lab: Laboratory, subject: Subject, plan: Plan) -> None:
    """Type a question into an open Runnel and wait until it has come."""
    subject.terminal.send(plan.name + ENTER)
    lab.server.wait_asked(plan, 0, ASK_LIMIT_S)


def ask_anew(lab: Laboratory, subject: Subject, plan: Plan) -> None:
    """Ask in a new session of an open Runnel."""
    subject.terminal.send(NEW_SESSION)
    # nothing is drawn where that is open already
    subject.terminal.wait_calm(ASK_LIMIT_S)
    ask(lab, subject, plan)


def stream(lab: Laboratory, subject: str, plan: Plan, size: Size = NARROW) -> list[StreamCost]:
    """Let a subject show an answer and return what each stretch of it cost.

    Raises:
        NotMeasured: it was not read to its end in time.
    """
    with asked(lab, subject, plan, size) as opened:
        return [let_go(lab, opened, plan, index) for index in range(len(plan.stretches))]


def let_go(lab: Laboratory, subject: Subject, plan: Plan, index: int) -> StreamCost:
    """Let one stretch out to a subject that waits for it, and return what it cost."""
    return let_go_at_once(lab, [(subject, plan)], index)[0]


def let_go_at_once(
    lab: Laboratory, sides: Sequence[tuple[Subject, Plan]], index: int = 0
) -> list[StreamCost]:
    """Let equal stretches out to several subjects, so that the machine is the same to all."""
    for subject, plan in sides:
        lab.server.wait_asked(plan, index, ASK_LIMIT_S)
        subject.terminal.wait_calm(_CALM_LIMIT_S)
    before = [subject.terminal.snapshot() for subject, _ in sides]
    for _, plan in sides:
        lab.server.go(plan, index)
    # of all before it is waited for what one of them does behind its last byte
    written = [_written(lab, subject, plan, index) for subject, plan in sides]
    return [
        _shown(lab, subject, plan, index, started, ended)
        for (subject, plan), started, ended in zip(sides, before, written, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Written:
    """The last byte of a stretch left the server."""

    at: float
    then: Snapshot
    """What the reader had cost by then."""


def _limit_s(lab: Laboratory, stretch: Stretch) -> float:
    return lab.extent.limit_s + stretch.duration_s


def _written(lab: Laboratory, subject: Subject, plan: Plan, index: int) -> _Written:
    last_byte_at = lab.server.wait_written(plan, index, _limit_s(lab, plan.stretches[index]))
    return _Written(last_byte_at, subject.terminal.snapshot())


def _shown(
    lab: Laboratory, subject: Subject, plan: Plan, index: int, before: Snapshot, written: _Written
) -> StreamCost:
    terminal, stretch = subject.terminal, plan.stretches[index]
    limit_s = _limit_s(lab, stretch)
    shown_at = terminal.shown_at(plan.sign(index), before.written_bytes, limit_s=limit_s)
    is_last = index == len(plan.stretches) - 1
    if not terminal.wait_calm(limit_s, _SETTLING_S if is_last else _CALM_S):
        raise NotMeasured(f"the screen was not quiet again in {limit_s:.0f} s")
    # a program that has ended cost something to end, which the others have still before them
    seen = terminal.end_seen
    after = seen if terminal.has_ended and seen is not None else terminal.snapshot()
    lag_s = None if shown_at is None else shown_at - written.at
    share = (written.then.cpu_s - before.cpu_s) / (written.then.at - before.at)
    return StreamCost(
        size_kb=stretch.size_bytes / KB,
        cpu_s=after.cpu_s - before.cpu_s,
        share_of_core=share,
        after_last_byte_cpu_s=after.cpu_s - written.then.cpu_s,
        wall_s=terminal.last_written_at(before.at) - before.at,
        frames=terminal.frames(before.written_bytes, after.written_bytes),
        bursts=terminal.bursts(before.at, after.at),
        written_kb=(after.written_bytes - before.written_bytes) / KB,
        peak_mb=terminal.peak_mb,
        stall=subject.longest_stall(before.at, after.at),
        lag_s=lag_s,
    )
