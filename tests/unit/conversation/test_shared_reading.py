from __future__ import annotations

import asyncio

import pytest

from tests.tables import each_row
from tui.conversation.shared_reading import SharedReading
from tui.errors import Unreachable


class Held:
    """A reading that ends when it is told to, and counts how often it began and was given up."""

    def __init__(self) -> None:
        self.begun = self.given_up = 0
        self.gate = asyncio.Event()
        self.error: Exception | None = None

    async def __call__(self) -> int:
        self.begun += 1
        number = self.begun
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.given_up += 1
            raise
        if self.error is not None:
            raise self.error
        return number


async def began(count: int, shared: SharedReading[int]) -> list[asyncio.Task[int]]:
    waiting = [asyncio.create_task(shared.result()) for _ in range(count)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return waiting


async def test_all_who_wait_at_once_get_one_reading_and_who_comes_later_another() -> None:
    held = Held()
    shared = SharedReading(held)
    waiting = await began(3, shared)
    held.gate.set()
    assert await asyncio.gather(*waiting) == [1, 1, 1]
    assert await shared.result() == 2


@pytest.mark.parametrize("error", [Unreachable("Gone."), LookupError()])
async def test_all_who_wait_are_told_of_a_failure_and_who_comes_later_tries_again(
    error: Exception,
) -> None:
    held = Held()
    held.error = error
    shared = SharedReading(held)
    waiting = await began(3, shared)
    held.gate.set()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert results == [error] * 3
    held.error = None
    assert await shared.result() == 2


@each_row("leaving", range(4))
async def test_a_reading_goes_on_as_long_as_one_waits_for_it(leaving: int) -> None:
    held = Held()
    shared = SharedReading(held)
    waiting = await began(3, shared)
    for each in waiting[:leaving]:
        each.cancel()
    await asyncio.gather(*waiting[:leaving], return_exceptions=True)
    later = await began(1, shared)
    held.gate.set()
    expected = 1 if leaving < len(waiting) else 2
    assert await asyncio.gather(*waiting[leaving:], *later) == [expected] * (4 - leaving)
    assert held.given_up == expected - 1


async def test_one_that_is_given_up_leaves_the_next_to_all_who_wait() -> None:
    held = Held()
    shared = SharedReading(held)
    [given_up] = await began(1, shared)
    given_up.cancel()
    first = await began(1, shared)
    second = await began(1, shared)
    for each in (*first, *second):
        each.cancel()
    await asyncio.gather(given_up, *first, *second, return_exceptions=True)
    await asyncio.sleep(0)
    assert (held.begun, held.given_up) == (2, 2)
