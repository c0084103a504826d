"""Scenarios of links: what Runnel writes to a fast and to a slow one, and how long a key takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from statistics import median

from tests.bench.failure import NotMeasured
from tests.bench.figures import Figures, merged
from tests.bench.laboratory import NARROW, Laboratory, Subject
from tests.bench.line import Line
from tests.bench.plan import KB, UNBOUNDED, Plan, Stretch
from tests.bench.streaming import ASK_LIMIT_S, ask, let_go
from tests.bench.texts import CHARS_PER_TOKEN
from tests.bench.typing_keys import Typist, percentiles_ms

STOCK, FAST, SLOW = "stock", "fast", "slow"
_SCREENS = (STOCK, FAST, SLOW)
_MODEM_BYTES_S = 960.0
"""9,600 bit/s, with a start and a stop bit for each byte."""
_FAR_S = 0.2
_READING_PACE = 50
"""Tokens a second."""
_WRITTEN_KB, _TYPED_ON_KB = 2, 8
_KEYS, _MODEM_KEYS = 30, 8
_LATER_KEYS, _MOMENTS = 5, 3
_NARROW_ROUNDS = 3
"""At once."""
_LIMIT_S = 60.0
_STILL_S = 10.0


def links(lab: Laboratory) -> Figures:
    """Bytes and frames of an answer, keys at a narrow end, a terminal that stands still.

    All at once, for the programs wait most of the time.
    """
    figures = _at_once(
        [
            *(partial(_written, lab, name) for name in _SCREENS),
            partial(_stands_still, lab),
            *(partial(_typed_narrow, lab, SLOW) for _ in range(_NARROW_ROUNDS)),
            # over these keys wait for longer than anybody does: that takes minutes
            *(partial(_typed_narrow, lab, name) for name in (STOCK, FAST) if lab.extent.is_full),
        ]
    )
    slow, fast, stock = (median(figures[f"{name}: bytes a token"]) for name in (SLOW, FAST, STOCK))
    return {
        **figures,
        "bytes a token: slow ÷ fast": slow / fast,
        "bytes a token: slow ÷ stock": slow / stock,
    }


def far(lab: Laboratory) -> Figures:
    """Keys while an answer comes, from a terminal far away, over each kind of link at once."""
    # each on a line of its own: it knows what went over it
    lines = [(name, "200 ms away", Line(round_trip_s=_FAR_S), _KEYS) for name in _SCREENS]
    return {**_at_once([partial(_typed, lab, *each) for each in lines])}


def _at_once(
    scenes: Sequence[Callable[[], Mapping[str, float | list[float]]]],
) -> dict[str, list[float]]:
    with ThreadPoolExecutor(len(scenes)) as pool:
        return merged([dict(each) for each in pool.map(lambda scene: scene(), scenes)])


def _typed_narrow(lab: Laboratory, name: str) -> dict[str, float]:
    return _typed(lab, name, "9,600 bit/s", Line(_MODEM_BYTES_S), _MODEM_KEYS)


@contextmanager
def _opened(lab: Laboratory, name: str, plan: Plan, line: Line | None = None) -> Iterator[Subject]:
    if name == STOCK:
        with lab.open(name, plan, NARROW, line) as subject:
            lab.server.wait_asked(plan, 0, ASK_LIMIT_S)
            yield subject
        return
    with lab.open_runnel(end=plan.end, settings={"RUNNEL_LINK": name}, line=line) as subject:
        ask(lab, subject, plan)
        yield subject


def _written(lab: Laboratory, name: str) -> dict[str, float]:
    plan = lab.plan("mixed", _WRITTEN_KB, _READING_PACE)
    with _opened(lab, name, plan) as subject:
        cost = let_go(lab, subject, plan, 0)
        before = subject.terminal.snapshot()
        time.sleep(lab.extent.watch_s)
        after = subject.terminal.snapshot()
    tokens = plan.size_bytes / CHARS_PER_TOKEN
    idle = (after.written_bytes - before.written_bytes) / (after.at - before.at)
    return {
        f"{name}: bytes a token": cost.written_kb * KB / tokens,
        f"{name}: frames a second": cost.frames / cost.wall_s,
        f"{name}: idle bytes/s": idle,
        f"{name}: CPU s/s": cost.share_of_core,
    }


def _typed(lab: Laboratory, name: str, where: str, line: Line, keys: int) -> dict[str, float]:
    """Return how long a key takes to be drawn while an answer comes at the pace of reading."""
    plan = lab.plan("mixed", _TYPED_ON_KB, _READING_PACE)
    with _opened(lab, name, plan, line) as subject:
        subject.terminal.wait_calm(_LIMIT_S)
        typist = Typist(subject.terminal)
        idle_ms = percentiles_ms(typist.type_for(keys))[0]
        lab.server.go(plan, 0)
        time.sleep(2.0)
        busy_ms = percentiles_ms(typist.type_for(keys))
        # keys of one moment wait for the same frame
        later_ms = percentiles_ms(
            [s for _ in range(_MOMENTS) for s in typist.type_for(_LATER_KEYS)]
        )
    return {
        f"{name}, {where}: key at rest p50 ms": idle_ms,
        f"{name}, {where}: key while streaming p50 ms": busy_ms[0],
        f"{name}, {where}: key while streaming p99 ms": busy_ms[1],
        f"{name}, {where}: key further on p50 ms": later_ms[0],
    }


def _stands_still(lab: Laboratory) -> dict[str, float]:
    """Let the terminal stop reading while an answer comes, and read again when it has ended."""
    line = Line()
    # so that frames are on their way, unanswered, before all the rest comes
    paced = Stretch(KB, _READING_PACE), Stretch(KB // 2, _READING_PACE)
    rest = Stretch(lab.extent.long_kb * KB, UNBOUNDED)
    plan = lab.plan_in_stretches("mixed", *paced, rest)
    with _opened(lab, SLOW, plan, line) as subject:
        let_go(lab, subject, plan, 0)
        terminal = subject.terminal
        line.stop()
        stopped_at = time.monotonic()
        lab.server.go(plan, 1)
        lab.server.go(plan, 2)
        begun_at = lab.server.wait_written(plan, 1, _STILL_S)
        taken_at = lab.server.wait_written(plan, 2, _STILL_S)
        time.sleep(max(0.0, stopped_at + _STILL_S - time.monotonic()))
        since = terminal.written_bytes
        went_on_at = time.monotonic()
        line.go_on()
        shown_at = terminal.shown_at(plan.end, since, limit_s=_LIMIT_S)
        if shown_at is None:
            raise NotMeasured("the end of the answer was never shown")
        terminal.wait_calm(_LIMIT_S)
        # what was on its way before is older than that
        frames = terminal.frames(terminal.line.answered(since), terminal.written_by(shown_at))
    return {
        "standing still: the network was read for s": taken_at - begun_at,
        "standing still: frames until all is seen": float(frames),
        "standing still: until all is seen s": shown_at - went_on_at,
    }
