"""Retry of reads after passing failures; unhurried reads yield to the rate limit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from tui.backends.http.call_log import log_wait
from tui.backends.traffic import Traffic, Waiting
from tui.errors import Unreachable
from tui.safe_text import SafeText

ATTEMPTS = 5
PATIENCE_S = 30.0
"""No attempt begins later than this after the first one."""
FIRST_WAIT_S = 0.5
LONGEST_DELAY_S = 60.0
"""How long a read that is not urgent waits for calls to be left again."""

_TOO_MANY = 429
_PASSING = {_TOO_MANY, 502, 503, 504}


class AttemptAnswer(Protocol):
    """What an attempt gives when the server answered at all."""

    @property
    def status(self) -> int: ...

    @property
    def size_bytes(self) -> int: ...

    @property
    def wait_s(self) -> float | None:
        """How long the server asks to wait, `None` when it does not say."""
        ...


A = TypeVar("A", bound=AttemptAnswer)


async def repeated(attempt: Callable[[int], Awaitable[A]], traffic: Traffic) -> A:
    """Return what `attempt` gives; it is told its number, from 1.

    It is made again after growing waits while it fails for a reason that passes: too many calls, a
    gateway that found no server, a lost connection. A server that asks for a longer wait than
    `PATIENCE_S` leaves is not asked again, and none is for who has no patience.

    Raises:
        Unreachable: no attempt was answered, or one failed for a reason that stays.
    """
    await _let_urgent_ones_pass(traffic)
    deadline = traffic.clock() + (PATIENCE_S if traffic.is_patient else 0)
    for number in range(1, ATTEMPTS):
        wait_s = FIRST_WAIT_S * 2 ** (number - 1) * traffic.jitter()
        try:
            # not the waits between: they are told of for themselves
            with traffic.timed() as read:
                answer = await attempt(number)
                read.size_bytes = answer.size_bytes
        except Unreachable as error:
            if not error.passing or traffic.clock() + wait_s > deadline:
                raise
            reason = SafeText("connection lost")
        else:
            if answer.status not in _PASSING:
                # one that means success may be large: what it asks for is not looked for in it
                return answer
            wait_s = max(wait_s, answer.wait_s or 0)
            if traffic.clock() + wait_s > deadline:
                return answer
            reason = _reason(answer.status)
        waiting = Waiting(reason, traffic.clock() + wait_s, number + 1, ATTEMPTS)
        log_wait(reason, wait_s, waiting.attempt, waiting.attempts)
        with traffic.held_up(waiting):
            await traffic.sleep(wait_s)
    with traffic.timed() as read:
        answer = await attempt(ATTEMPTS)
        read.size_bytes = answer.size_bytes
    return answer


async def _let_urgent_ones_pass(traffic: Traffic) -> None:
    if not traffic.is_unhurried:
        return
    quota = traffic.quota
    if quota is not None and quota.is_low:
        await traffic.sleep(min(quota.resets_at - traffic.clock(), LONGEST_DELAY_S))
    await traffic.at_rest()


def _reason(status: int) -> SafeText:
    return SafeText("too many calls" if status == _TOO_MANY else f"HTTP {status}")
