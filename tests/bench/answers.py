"""Scenarios of answers that stream: each returns its figures by name, of one repetition."""

from __future__ import annotations

import time

from tests.bench.failure import NotMeasured
from tests.bench.laboratory import NARROW, RUNNEL, WIDE, Laboratory, Size
from tests.bench.plan import KB, UNBOUNDED, Stretch
from tests.bench.streaming import ASK_LIMIT_S, ENTER, StreamCost, asked, let_go, stream
from tests.bench.texts import CHARS_PER_TOKEN, SHAPES
from tests.bench.typing_keys import Typist, percentiles_ms

SUBJECTS = (RUNNEL, "stock", "log", "script", "curl")
"""`stock` is the Markdown widget, `log` the Log widget of Textual."""
FAST, SLOW = 500, 100

Figures = dict[str, float]

_NEW_SESSION = "\x0e"
_STREAMS = 5


def short(lab: Laboratory) -> Figures:
    """A short answer of mixed text at 500 tokens/s, beside the other ways to show it."""
    size_kb, figures = lab.extent.short_kb, Figures()
    cpu_s = {}
    for subject in SUBJECTS:
        cost = _alone(lab, subject, "mixed", size_kb, FAST)
        figures |= cost.figures(subject)
        cpu_s[subject] = cost.cpu_s
    wide = _alone(lab, RUNNEL, "mixed", size_kb, FAST, WIDE)
    figures |= wide.figures(f"{RUNNEL} at {WIDE[0]}x{WIDE[1]}")
    for subject in (RUNNEL, "stock", "log"):
        figures[f"{subject}: CPU ÷ script"] = cpu_s[subject] / cpu_s["script"]
    return figures


def slow(lab: Laboratory) -> Figures:
    """The same answer at 100 tokens/s."""
    figures = Figures()
    for subject in (RUNNEL, "stock", "script"):
        figures |= _alone(lab, subject, "mixed", lab.extent.short_kb, SLOW).figures(subject)
    return figures


def long(lab: Laboratory) -> Figures:
    """A long answer, and what its KB cost beside those of a short one."""
    small = _alone(lab, RUNNEL, "mixed", lab.extent.short_kb, FAST)
    large = _alone(lab, RUNNEL, "mixed", lab.extent.long_kb, FAST)
    per_kb = large.cpu_ms_per_kb / small.cpu_ms_per_kb
    return {**large.figures(RUNNEL), "CPU per KB ÷ that of the short one": per_kb}


def flood(lab: Laboratory) -> Figures:
    """A huge answer as fast as the socket takes it, beside the other ways to show it."""
    figures, cpu_s = Figures(), {}
    for subject in SUBJECTS:
        try:
            cost = _alone(lab, subject, "mixed", lab.extent.huge_kb, UNBOUNDED)
        except NotMeasured:
            if subject == RUNNEL:
                raise
            figures[f"{subject}: not done in s"] = lab.extent.limit_s
            continue
        figures |= cost.figures(subject)
        # what shows only a part of it is cheap
        if cost.is_shown:
            cpu_s[subject] = cost.cpu_s
            if subject == RUNNEL:
                figures[f"{subject}: peak MB of the whole"] = cost.peak_mb
    figures["ends never shown"] = float(RUNNEL not in cpu_s)
    for subject in {RUNNEL, "log"} & cpu_s.keys():
        figures[f"{subject}: CPU ÷ script"] = cpu_s[subject] / cpu_s["script"]
    return figures


def shapes(lab: Laboratory) -> Figures:
    """A huge answer of each shape: its last frames beside its first ones, at the same pace."""
    figures = Figures()
    paced = Stretch(lab.extent.short_kb * KB, FAST)
    between = Stretch(lab.extent.huge_kb * KB - 2 * paced.size_bytes, UNBOUNDED)
    ratios, stalls_ms, hidden = [], [], 0
    for shape in SHAPES:
        plan = lab.plan_in_stretches(shape, paced, between, paced)
        first, middle, last = stream(lab, RUNNEL, plan)
        ratio = (last.frame_ms or 0.0) / (first.frame_ms or 1.0)
        stall_ms = max(first.stall.wall_s, last.stall.wall_s) * 1000
        stall_cpu_ms = max(first.stall.cpu_s, last.stall.cpu_s) * 1000
        figures |= {
            f"{shape}: frame at the end ÷ at the beginning": ratio,
            f"{shape}: frame at the beginning ms": first.frame_ms or 0.0,
            f"{shape}: frame at the end ms": last.frame_ms or 0.0,
            f"{shape}: longest stall ms": stall_ms,
            f"{shape}: longest stall, computing ms": stall_cpu_ms,
            f"{shape}: longest stall of the flood ms": middle.stall.wall_s * 1000,
            f"{shape}: peak MB": last.peak_mb,
        }
        if not last.is_shown:
            figures[f"{shape}: end never shown"] = 1.0
            hidden += 1
        ratios.append(ratio)
        stalls_ms.append(stall_ms)
    figures |= {"ends never shown": float(hidden), "worst shape: longest stall ms": max(stalls_ms)}
    if not hidden:
        figures["worst shape: frame at the end ÷ at the beginning"] = max(ratios)
    return figures


def five(lab: Laboratory) -> Figures:
    """Five sessions whose answers come at once; the last is in sight."""
    plans = [lab.plan("mixed", lab.extent.short_kb, FAST) for _ in range(_STREAMS)]
    with lab.open_runnel(end=plans[-1].end) as subject:
        for plan in plans:
            if plan is not plans[0]:
                subject.terminal.press(_NEW_SESSION, ASK_LIMIT_S)
            subject.terminal.send(plan.name + ENTER)
            lab.server.wait_asked(plan, 0, ASK_LIMIT_S)
        for plan in plans[:-1]:
            lab.server.go(plan, 0)
        return let_go(lab, subject, plans[-1], 0).figures(RUNNEL)


def echo(lab: Laboratory) -> Figures:
    """A key every 50 ms: before an answer, and while a long one comes."""
    figures = Figures()
    for subject in (RUNNEL, "stock"):
        plan = lab.plan("mixed", lab.extent.long_kb, FAST)
        with asked(lab, subject, plan) as opened:
            typist = Typist(opened.terminal)
            opened.terminal.wait_calm(ASK_LIMIT_S)
            quiet = percentiles_ms(typist.type_for(lab.extent.keys // 2))
            lab.server.go(plan, 0)
            # from its middle on, where there is something to lay out
            time.sleep(plan.size_bytes / CHARS_PER_TOKEN / FAST / 2)
            busy = percentiles_ms(typist.type_for(lab.extent.keys))
        figures |= {
            f"{subject}: idle p50 ms": quiet[0],
            f"{subject}: idle p99 ms": quiet[1],
            f"{subject}: streaming p50 ms": busy[0],
            f"{subject}: streaming p99 ms": busy[1],
            f"{subject}: p99 ÷ idle": busy[1] / quiet[1],
        }
    return figures


def _alone(
    lab: Laboratory, subject: str, shape: str, size_kb: int, pace: int, size: Size = NARROW
) -> StreamCost:
    return stream(lab, subject, lab.plan(shape, size_kb, pace), size)[0]
