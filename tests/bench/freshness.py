"""Scenario of how fresh words are when they are seen, and how soon the last one is."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack

from tests.bench.emulation import ages_s, percentiles_ms
from tests.bench.failure import NotMeasured
from tests.bench.figures import Figures
from tests.bench.laboratory import HARDWIRE, NARROW, RUNNEL, SCRIPT_OF, Laboratory, Subject
from tests.bench.plan import Plan, Stretch
from tests.bench.streaming import ASK_LIMIT_S, ask_anew, asked, let_go_at_once
from tests.bench.texts import CHARS_PER_TOKEN, COUNTED

READING_PACE, FAST_PACE = 30, 500
_ENDS = 4
_PARTS = 3
_END_BYTES = 900
_CALM_S = 0.3


def age(lab: Laboratory) -> Figures:
    """How old words are when they come into sight, as fast as one reads and faster."""
    with ExitStack() as stack:
        readers = {
            subject: stack.enter_context(lab.open_runnel(subject)) for subject in (RUNNEL, HARDWIRE)
        }
        reading, fast = COUNTED
        # as fast as one reads they wait most of the time, and so do it both at once
        figures = _ages(lab, readers, READING_PACE, reading)
        for subject, opened in readers.items():
            figures |= _ages(lab, {subject: opened}, FAST_PACE, fast)
            lags_ms = [_last_byte_ms(lab, opened) for _ in range(_ENDS)]
            figures[f"{subject}: last byte to screen ms"] = lags_ms
    return figures


def _ages(lab: Laboratory, readers: Mapping[str, Subject], pace: int, shape: str) -> Figures:
    """Stream an answer to each at once and return the ages in its parts, and the scripts'."""
    extent_s = lab.extent.age_s if pace == READING_PACE else lab.extent.age_s / 2
    stretch = Stretch(round(extent_s * pace * CHARS_PER_TOKEN), pace)
    sides = dict[str, tuple[Subject, Plan]]()
    with ExitStack() as stack:
        for subject, opened in readers.items():
            plan, plan_of_script = (lab.plan_in_stretches(shape, stretch) for _ in range(2))
            script = SCRIPT_OF[subject]
            other = stack.enter_context(asked(lab, script, plan_of_script))
            ask_anew(lab, opened, plan)
            sides |= {subject: (opened, plan), script: (other, plan_of_script)}
        figures = Figures()
        costs = let_go_at_once(lab, list(sides.values()))
        for (name, (side, plan)), cost in zip(sides.items(), costs, strict=True):
            ages = ages_s(plan, lab.server.written_at(plan), side.terminal.chunks(), NARROW)
            size = len(ages) // _PARTS + 1
            parts = [percentiles_ms(ages[at : at + size]) for at in range(0, len(ages), size)]
            figures |= {
                f"{name} at {pace}/s: age p50 ms": [part[0] for part in parts],
                f"{name} at {pace}/s: age p95 ms": [part[1] for part in parts],
                f"{name} at {pace}/s: CPU s/s": cost.share_of_core,
            }
            if name in SCRIPT_OF.values() and cost.lag_s is not None:
                figures[f"{name}: last byte to screen ms"] = cost.lag_s * 1000
    return figures


def _last_byte_ms(lab: Laboratory, opened: Subject) -> float:
    """Return how long the end of a very short answer takes to be seen."""
    plan = lab.plan_in_stretches("mixed", Stretch(_END_BYTES, FAST_PACE))
    ask_anew(lab, opened, plan)
    since = opened.terminal.written_bytes
    lab.server.go(plan, 0)
    written_at = lab.server.wait_written(plan, 0, ASK_LIMIT_S)
    shown_at = opened.terminal.shown_at(plan.end, since, limit_s=ASK_LIMIT_S)
    if shown_at is None:
        raise NotMeasured("the end of an answer was never shown")
    opened.terminal.wait_calm(ASK_LIMIT_S, _CALM_S)
    return (shown_at - written_at) * 1000
