"""Scenarios of answers that stream: each returns its figures by name, of one round."""

from __future__ import annotations

import gc
import time
from statistics import median

from tests.bench.failure import NotMeasured
from tests.bench.figures import Figures, merged
from tests.bench.laboratory import HARDWIRE, RUNNEL, SCRIPT_OF, WIDE, Laboratory
from tests.bench.plan import KB, UNBOUNDED, Stretch
from tests.bench.streaming import (
    ASK_LIMIT_S,
    StreamCost,
    ask_anew,
    asked,
    let_go,
    let_go_at_once,
    stream,
)
from tests.bench.texts import CHARS_PER_TOKEN, SHAPES
from tests.bench.typing_keys import Typist, percentiles_ms

PEERS = ("stock", "log", "curl")
"""`stock` is the Markdown widget, `log` the Log widget of Textual."""
FAST, SLOW = 500, 100
FEW_SHAPES = ("table", "wide")
"""Of all shapes those with the most memory, and with the dearest frames that grow the most."""

_GROWTH = "frame at the end ÷ at the beginning"
_BEHIND = "read again and kept, CPU ms"
_STREAMS = 5
_TIMES = 3
"""How often something is measured within one round."""
_RESTING_S = 4.0
"""Long enough after an answer for what is put off until nobody waits."""


def short(lab: Laboratory) -> Figures:
    """A short answer of mixed text at 500 tokens/s, then a long one; beside the script."""
    figures = _short_and_long(lab, RUNNEL)
    if lab.extent.is_full:
        for subject in PEERS:
            cost = _alone(lab, subject, "mixed", lab.extent.short_kb, FAST)
            figures |= cost.figures(subject)
        plan = lab.plan("mixed", lab.extent.short_kb, FAST)
        wide = stream(lab, RUNNEL, plan, WIDE)[0]
        figures |= wide.figures(f"{RUNNEL} at {WIDE[0]}x{WIDE[1]}")
    return figures


def short_sse(lab: Laboratory) -> Figures:
    """The same in server-sent events, the long one where all is measured."""
    if lab.extent.is_full:
        return _short_and_long(lab, HARDWIRE)
    plans = [lab.plan("mixed", lab.extent.short_kb, FAST) for _ in range(2)]
    script = SCRIPT_OF[HARDWIRE]
    with asked(lab, HARDWIRE, plans[0]) as opened, asked(lab, script, plans[1]) as other:
        sides = list(zip((opened, other), plans, strict=True))
        cost, reference = let_go_at_once(lab, sides)
    return {
        **cost.figures(HARDWIRE),
        **reference.figures(SCRIPT_OF[HARDWIRE]),
        f"{HARDWIRE}: CPU ÷ script": cost.cpu_s / reference.cpu_s,
    }


def slow(lab: Laboratory) -> Figures:
    """A short answer at 100 tokens/s."""
    figures = Figures()
    for subject in (RUNNEL, HARDWIRE, *SCRIPT_OF.values(), "stock"):
        cost = _alone(lab, subject, "mixed", lab.extent.short_kb, SLOW)
        figures |= cost.figures(subject)
    return figures


def flood(lab: Laboratory) -> Figures:
    """A huge answer as fast as the socket takes it, each API beside its script, and the rest."""
    figures = Figures()
    for subject in (RUNNEL, HARDWIRE):
        script = SCRIPT_OF[subject]
        reference = _alone(lab, script, "mixed", lab.extent.huge_kb, UNBOUNDED)
        # or the answer to the one before would be read at the start
        lab.server.furnish()
        plan = lab.plan("mixed", lab.extent.huge_kb, UNBOUNDED)
        with asked(lab, subject, plan) as opened:
            cost = let_go(lab, opened, plan, 0)
            began = time.monotonic()
            if subject == RUNNEL:
                time.sleep(_RESTING_S)
            rest = opened.longest_stall(began, time.monotonic())
        figures |= cost.figures(subject) | reference.figures(script)
        figures[f"{subject}: end never shown"] = float(not cost.is_shown)
        # what shows only a part of it is cheap
        if cost.is_shown:
            figures[f"{subject}: peak MB of the whole"] = cost.peak_mb
            figures[f"{subject}: CPU ÷ script"] = cost.cpu_s / reference.cpu_s
        if subject == RUNNEL:
            figures[f"{subject}: longest pause at rest ms"] = rest.wall_s * 1000
            figures[f"{subject}: longest pause at rest, computing ms"] = rest.cpu_s * 1000
    figures["a collection of 100,000 lists ms"] = _collection_ms()
    if lab.extent.is_full:
        figures |= _flooded_peers(lab)
    return figures


def shapes(lab: Laboratory) -> Figures:
    """A huge answer of each shape: its last frames beside its first ones, at the same pace."""
    figures = Figures()
    of_shapes = [_of_shape(lab, shape) for shape in (SHAPES if lab.extent.is_full else FEW_SHAPES)]
    for shape, each in of_shapes:
        figures |= {f"{shape}: {name}": value for name, value in each.items()}
    worst = {
        name: max(each[name] for _, each in of_shapes)
        for name in (_GROWTH, _BEHIND, "longest stall ms", "frame at the end ms", "peak MB")
    }
    hidden = sum(each["ends never shown"] for _, each in of_shapes)
    if hidden:
        # what shows only a part of it is cheap
        del worst[_GROWTH], worst[_BEHIND], worst["peak MB"]
    figures |= {f"worst shape: {name}": value for name, value in worst.items()}
    return {**figures, "ends never shown": hidden}


def _of_shape(lab: Laboratory, shape: str) -> tuple[str, dict[str, float]]:
    beginning, late_part, end = (
        Stretch(size * KB, FAST) for size in (lab.extent.short_kb, lab.extent.paced_kb, 1)
    )
    between = lab.extent.huge_kb * KB - sum(each.size_bytes for each in (beginning, late_part, end))
    plan = lab.plan_in_stretches(shape, beginning, Stretch(between, UNBOUNDED), late_part, end)
    # or the answers to the ones before would be read at the start
    lab.server.furnish()
    # frames beside frames: with the last of them comes what is done once with all of an answer
    first, middle, late, last = stream(lab, RUNNEL, plan)
    paced = first, late, last
    figures = {
        _GROWTH: (late.frame_ms or 0.0) / (first.frame_ms or 1.0),
        "frame at the beginning ms": first.frame_ms or 0.0,
        "frame at the end ms": late.frame_ms or 0.0,
        _BEHIND: last.after_last_byte_cpu_s * 1000,
        "longest stall ms": max(each.stall.wall_s for each in paced) * 1000,
        "longest stall, computing ms": max(each.stall.cpu_s for each in paced) * 1000,
        "longest stall of the flood ms": middle.stall.wall_s * 1000,
        "ends never shown": float(not last.is_shown),
        "peak MB": last.peak_mb,
    }
    if lab.extent.is_full or shape == FEW_SHAPES[0]:
        lab.server.furnish()
        flooded = _alone(lab, HARDWIRE, shape, lab.extent.huge_kb, UNBOUNDED)
        figures |= {
            "raw text: peak MB": last.peak_mb,
            "SSE: peak MB": flooded.peak_mb,
            "SSE: longest stall of the flood ms": flooded.stall.wall_s * 1000,
            "ends never shown": float(not last.is_shown) + float(not flooded.is_shown),
            "peak MB": max(last.peak_mb, flooded.peak_mb),
        }
    return shape, figures


def five(lab: Laboratory) -> Figures:
    """Five sessions whose answers come at once; the last is in sight."""
    rounds = list[Figures]()
    for subject in (RUNNEL, HARDWIRE) if lab.extent.is_full else (RUNNEL,):
        with lab.open_runnel(subject) as opened:
            for _ in range(_TIMES):
                plans = [lab.plan("mixed", lab.extent.paced_kb, FAST) for _ in range(_STREAMS)]
                for plan in plans:
                    ask_anew(lab, opened, plan)
                for plan in plans[:-1]:
                    lab.server.go(plan, 0)
                cost = let_go(lab, opened, plans[-1], 0)
                frame_ms = cost.frame_ms or 0.0
                rounds.append({**cost.figures(subject), f"{subject}: frame ms": frame_ms})
    return {**merged(rounds)}


def echo(lab: Laboratory) -> Figures:
    """A key every 50 ms: before an answer, and while the end of a long one comes."""
    figures = Figures()
    keys = lab.extent.keys
    # more than is typed on: what has ended is no stream any more
    typed_on = Stretch(keys * FAST * CHARS_PER_TOKEN // 10, FAST)
    subjects = (RUNNEL, HARDWIRE, "stock") if lab.extent.is_full else (RUNNEL,)
    for subject in subjects:
        before = Stretch(lab.extent.long_kb * KB // 2, UNBOUNDED)
        plan = lab.plan_in_stretches("mixed", before, typed_on)
        with asked(lab, subject, plan) as opened:
            typist = Typist(opened.terminal)
            opened.terminal.wait_calm(ASK_LIMIT_S)
            quiet = percentiles_ms(typist.type_for(keys // 3))
            let_go(lab, opened, plan, 0)
            lab.server.go(plan, 1)
            parts = [typist.type_for(keys // _TIMES) for _ in range(_TIMES)]
            busy = [percentiles_ms(part) for part in parts]
        figures |= {
            f"{subject}: idle p50 ms": quiet[0],
            f"{subject}: idle p99 ms": quiet[1],
            f"{subject}: streaming p50 ms": [each[0] for each in busy],
            f"{subject}: streaming p99 ms": [each[1] for each in busy],
            f"{subject}: p99 ÷ idle": [each[1] / quiet[1] for each in busy],
        }
    return figures


def _short_and_long(lab: Laboratory, subject: str) -> Figures:
    script, extent = SCRIPT_OF[subject], lab.extent
    plan = lab.plan("mixed", extent.short_kb, FAST)
    paced, end = Stretch(extent.paced_kb * KB, FAST), Stretch(KB, FAST)
    before = Stretch(extent.long_kb * KB - paced.size_bytes - end.size_bytes, UNBOUNDED)
    long_plan = lab.plan_in_stretches("mixed", before, paced, end)
    with asked(lab, subject, plan) as opened:
        cost = let_go(lab, opened, plan, 0)
        ask_anew(lab, opened, long_plan)
        _, late, last = (let_go(lab, opened, long_plan, index) for index in range(3))
    # not at once: a script that shares the processor is woken with less to read each time
    reference = _alone(lab, script, "mixed", extent.short_kb, FAST)
    return {
        **cost.figures(subject),
        **reference.figures(script),
        f"{subject}: CPU ÷ script": cost.cpu_s / reference.cpu_s,
        # at one pace a second brings as much
        f"{subject}: CPU per KB at the end of a long one ÷ of a short one": late.share_of_core
        / cost.share_of_core,
        f"{subject}: frame at the end of a long one ms": late.frame_ms or 0.0,
        f"{subject}: last byte of a long one to screen ms": _lag_ms(last),
    }


def _collection_ms() -> float:
    """Return how long this machine takes to look through so many objects for garbage."""
    lists: list[list[int]] = [[] for _ in range(100_000)]
    took_s = []
    for _ in range(_TIMES):
        began = time.monotonic()
        gc.collect()
        took_s.append(time.monotonic() - began)
    lists.clear()
    return median(took_s) * 1000


def _flooded_peers(lab: Laboratory) -> Figures:
    figures = Figures()
    for subject in PEERS:
        try:
            cost = _alone(lab, subject, "mixed", lab.extent.huge_kb, UNBOUNDED)
        except NotMeasured:
            figures[f"{subject}: not done in s"] = lab.extent.limit_s
        else:
            figures |= cost.figures(subject)
    return figures


def _alone(lab: Laboratory, subject: str, shape: str, size_kb: int, pace: int) -> StreamCost:
    return stream(lab, subject, lab.plan(shape, size_kb, pace))[0]


def _lag_ms(cost: StreamCost) -> float:
    if cost.lag_s is None:
        raise NotMeasured("the end of the answer was never shown")
    return cost.lag_s * 1000
