"""Scenarios of the first moments: first frame, first question, first byte of a command."""

from __future__ import annotations

import math
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from tests.bench.failure import NotMeasured
from tests.bench.figures import Figures
from tests.bench.laboratory import HARDWIRE, RUNNEL, SCRIPT_OF, START_LIMIT_S, Laboratory
from tests.bench.plan import KB, UNBOUNDED, Plan, Stretch
from tests.bench.pseudo_terminal import PseudoTerminal, Snapshot
from tests.bench.streaming import ENTER

_COMMANDS = 3
_REFUSED_S = 3.0
"""A question that is not at the server by then was not taken."""
_LOOK_EVERY_S = 0.01


def start(lab: Laboratory) -> Figures:
    """The first frame, beside that of a Textual app with nothing in it."""
    lab.compile_runnel()
    empty = lab.first_paint(of_runnel=False)
    runnel = lab.first_paint(of_runnel=True)
    return {
        "empty Textual app: first paint s": empty.frame_s,
        f"{RUNNEL}: first paint s": runnel.frame_s,
        f"{RUNNEL}: first paint ÷ empty app": runnel.frame_s / empty.frame_s,
        f"{RUNNEL}: CPU until then ÷ empty app": runnel.cpu_s / empty.cpu_s,
        f"{RUNNEL}: a letter typed at the first frame s": runnel.letter_s,
    }


def enter(lab: Laboratory) -> Figures:
    """A question typed and sent in the first frame: when it is at the server."""
    figures = Figures()
    lab.compile_runnel()
    for subject in (RUNNEL, HARDWIRE):
        lab.server.furnish()
        plan = lab.plan("mixed", 1, UNBOUNDED)
        with lab.started(subject, plan.name + ENTER) as terminal:
            terminal.wait_seen(plan.name, limit_s=START_LIMIT_S)
            called_at, called = _looked_for(terminal, lambda: lab.server.calls.first_at)
            asked_at, _ = _looked_for(terminal, partial(lab.server.asked_at, plan))
            began_at = terminal.started_at
        figures |= {
            f"{subject}: first call s": called_at - began_at,
            f"{subject}: CPU until about then s": called.cpu_s,
            f"{subject}: first question at the server s": asked_at - began_at,
        }
    script = SCRIPT_OF[RUNNEL]
    plan = lab.plan("mixed", 1, UNBOUNDED)
    with lab.open(script, plan) as other:
        asked_at, asked = _looked_for(other.terminal, partial(lab.server.asked_at, plan))
        began_at = other.terminal.started_at
    return figures | {
        f"{script}: question at the server s": asked_at - began_at,
        f"{script}: CPU until about then s": asked.cpu_s,
    }


def commands(lab: Laboratory) -> Figures:
    """The first byte of what the command line prints, beside that of a script and of Python."""
    runnel = [sys.executable, "-m", "tui"]
    figures: dict[str, list[float]] = {}
    for _ in range(_COMMANDS):
        asked, scripted = (_answered_at_once(lab) for _ in range(2))
        script = lab.script(SCRIPT_OF[RUNNEL], scripted)
        assert script is not None
        for name, command in {
            "script: first byte s": script,
            "runnel ask: first byte s": [*runnel, "ask", asked.name],
            "python: first byte s": [sys.executable, "-c", "print()"],
            "runnel --version: first byte s": [*runnel, "--version"],
        }.items():
            figures.setdefault(name, []).append(_first_byte_s(lab, command))
    return {**figures}


def _answered_at_once(lab: Laboratory) -> Plan:
    plan = lab.plan_in_stretches("mixed", Stretch(KB, UNBOUNDED))
    lab.server.go(plan, 0)
    return plan


def _first_byte_s(lab: Laboratory, command: Sequence[str]) -> float:
    environment = lab.environment()
    began_at = time.monotonic()
    with subprocess.Popen(
        command,
        bufsize=0,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=Path(environment["HOME"]),
        env=environment,
    ) as process:
        try:
            assert process.stdout is not None
            first = process.stdout.read(1)
            took_s = time.monotonic() - began_at
            process.communicate(timeout=START_LIMIT_S)
        finally:
            process.kill()
    if not first:
        raise NotMeasured(f"{command[1:]} printed nothing")
    return took_s


def _looked_for(
    terminal: PseudoTerminal, look: Callable[[], float | None]
) -> tuple[float, Snapshot]:
    """Return when something happened, infinity when it did not, and what was spent until then."""
    ends_at = time.monotonic() + _REFUSED_S
    while (at := look()) is None and time.monotonic() < ends_at:
        time.sleep(_LOOK_EVERY_S)
    return (math.inf if at is None else at), terminal.snapshot()
