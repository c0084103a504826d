"""Cost of keeping the wire: a stream of Runnel with its wire log, beside one without."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack
from statistics import median

import httpx

from tests.bench.figures import Figures
from tests.bench.laboratory import Laboratory
from tests.bench.streaming import ask, let_go_at_once
from tui.tapes.tapped import Tapped
from tui.tapes.wire import Wire, WireLog

FAST = 500
_TIMES = 5
_PIECES = 10_000
_OFF = {"RUNNEL_WIRE_LOG": "false"}


def wire_log(lab: Laboratory) -> Figures:
    """Two programs at once that show equal answers, one of them keeps no wire; then what keeping
    a piece costs by itself, since the difference of two programs is less than their noise."""
    plans = [lab.plan("mixed", lab.extent.short_kb, FAST) for _ in range(2)]
    with ExitStack() as stack:
        kept = stack.enter_context(lab.open_runnel(end=plans[0].end))
        unkept = stack.enter_context(lab.open_runnel(end=plans[1].end, settings=_OFF))
        sides = [(kept, plans[0]), (unkept, plans[1])]
        for subject, plan in sides:
            ask(lab, subject, plan)
        with_log, without = let_go_at_once(lab, sides)
    # the server writes each token by itself, and so it comes
    [pieces] = plans[0].pieces()
    piece_s = piece_cost_s()
    return {
        "CPU with the log ÷ without": with_log.cpu_s / without.cpu_s,
        "the log: % of the CPU of a stream": piece_s * len(pieces) / with_log.cpu_s * 100,
        "a piece in the log, CPU µs": piece_s * 1e6,
        "a stream without the log: CPU s": without.cpu_s,
    }


def piece_cost_s() -> float:
    """Return the CPU seconds that a piece takes more where a log is kept, in the median."""
    differences = [_read_cost_s(Wire(WireLog())) - _read_cost_s(Wire()) for _ in range(_TIMES)]
    return max(0.0, median(differences)) / _PIECES


def _read_cost_s(wire: Wire) -> float:
    return asyncio.run(_read(wire))


async def _read(wire: Wire) -> float:
    transport = Tapped(httpx.MockTransport(_answer), wire)
    async with (
        httpx.AsyncClient(transport=transport) as client,
        client.stream("POST", "http://127.0.0.1/", content=b"{}") as response,
    ):
        began_s = time.process_time()
        async for _ in response.aiter_raw():
            pass
        return time.process_time() - began_s


def _answer(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, stream=_Pieces())


class _Pieces(httpx.AsyncByteStream):
    async def __aiter__(self) -> AsyncIterator[bytes]:
        for _ in range(_PIECES):
            yield b'data: {"type":"content","delta":"word "}\n\n'
