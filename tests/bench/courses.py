"""Answers under way at the benchmark's server: held back, paced, timed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from tests.bench.plan import UNBOUNDED, Plan

_PATIENCE_S = 300
_SLACK_S = 0.002
_JITTER_STEP, _JITTER_STEPS = 7919, 1000


@dataclass(slots=True)
class Course:
    """How far an answer is; times are of the clock that all processes share."""

    plan: Plan
    pieces: list[list[str]]
    gates: list[asyncio.Event]
    asked_at: float | None = None
    waiting: int = -1
    """Stretch that is asked for and held back."""
    written_at: list[float] = field(default_factory=list)
    """When each token of the paced stretches was written."""
    ended_at: list[float] = field(default_factory=list)
    """When the last byte of each stretch was written."""

    @classmethod
    def of(cls, plan: Plan) -> Course:
        return cls(plan, plan.pieces(), [asyncio.Event() for _ in plan.stretches])

    @property
    def text(self) -> str:
        return "".join(piece for part in self.pieces for piece in part)

    def to_json(self) -> dict[str, Any]:
        return {"asked_at": self.asked_at, "waiting": self.waiting, "ended_at": self.ended_at}

    async def tokens(self) -> AsyncIterator[str]:
        """Yield the tokens when they are due; each is written before the next is asked for."""
        self.asked_at = time.monotonic()
        for index, stretch in enumerate(self.plan.stretches):
            self.waiting = index
            await asyncio.wait_for(self.gates[index].wait(), _PATIENCE_S)
            if stretch.tokens_per_s == UNBOUNDED:
                for piece in self.pieces[index]:
                    yield piece
            else:
                async for piece in self._paced(self.pieces[index], stretch.tokens_per_s):
                    yield piece
            self.ended_at.append(time.monotonic())

    async def _paced(self, pieces: list[str], tokens_per_s: int) -> AsyncIterator[str]:
        began = time.monotonic()
        for number, piece in enumerate(pieces):
            # a steady beat could fall into step with the frames that show it
            jitter = number * _JITTER_STEP % _JITTER_STEPS / _JITTER_STEPS
            early_s = began + (number + jitter) / tokens_per_s - time.monotonic()
            if early_s > _SLACK_S:
                await asyncio.sleep(early_s)
            yield piece
            self.written_at.append(time.monotonic())
