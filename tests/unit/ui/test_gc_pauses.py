from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tui.__main__ import MANY_OBJECTS
from tui.cli.app import _run
from tui.ui.gc_pauses import (
    FEW_OBJECTS,
    LEAST_COLLECTIONS,
    MOST_COLLECTIONS,
    WORTH_COLLECTIONS,
    YOUNG_COLLECTIONS,
    YOUNG_OBJECTS,
    ShortCollections,
)

REST, WORK = 0.0, 1.0


class Cycle:
    """Only the garbage collector can tell that nobody has it."""

    def __init__(self) -> None:
        self.itself = self


class EndedError(Exception):
    """Enough was seen."""


@pytest.fixture(autouse=True)
def nothing_else_exempt() -> Iterator[None]:
    gc.unfreeze()
    yield
    gc.unfreeze()
    # as the run of the tests had it
    gc.freeze()


def clock(load: float, looks: int) -> Callable[[], float]:
    """Return a clock that goes on by `load` from look to look and ends after so many."""
    numbers = iter(range(looks))

    def cpu_s() -> float:
        look = next(numbers, None)
        if look is None:
            raise EndedError
        return look * load

    return cpu_s


def old_garbage() -> weakref.ref[Cycle]:
    """Return what nobody has any more, and what only a full collection finds."""
    cycle = Cycle()
    for _ in range(WORTH_COLLECTIONS):
        gc.collect(1)
    return weakref.ref(cycle)


def test_at_the_end_nothing_is_exempt_and_all_is_as_before() -> None:
    callbacks, thresholds = list(gc.callbacks), gc.get_threshold()
    with ShortCollections():
        assert gc.get_freeze_count() > 0
        gc.set_threshold(700, 10, 7)
    assert gc.callbacks == callbacks
    assert gc.get_threshold() == thresholds
    assert gc.get_freeze_count() == 0


async def test_a_start_is_not_looked_through_and_of_what_comes_after_it_the_young_often() -> None:
    with ShortCollections(start_s=0, rest_s=0, cpu_s=clock(WORK, 2)) as short:
        gc.set_threshold(MANY_OBJECTS, 10, 10)
        with pytest.raises(EndedError):
            await short.collect_at_rest()
        assert gc.get_threshold() == (YOUNG_OBJECTS, YOUNG_COLLECTIONS, MOST_COLLECTIONS)


@pytest.mark.parametrize("load", [REST, WORK], ids=["at rest", "at work"])
async def test_what_start_up_made_is_exempt_as_soon_as_it_is_over(load: float) -> None:
    with ShortCollections(start_s=0, rest_s=0, cpu_s=clock(load, 3)) as short:
        made = Cycle()
        with pytest.raises(EndedError):
            await short.collect_at_rest()
        garbage = weakref.ref(made)
        del made
        gc.collect()
        assert garbage() is not None


@pytest.mark.parametrize(
    ("load", "is_found"), [(REST, True), (WORK, False)], ids=["at rest", "at work"]
)
async def test_what_became_garbage_since_is_found_at_rest(load: float, is_found: bool) -> None:
    garbage: list[weakref.ref[Cycle]] = []
    busy = clock(load, 40)

    def cpu_s() -> float:
        if not garbage:
            garbage.append(old_garbage())
        return busy()

    with ShortCollections(start_s=0, rest_s=0, cpu_s=cpu_s) as short:
        with pytest.raises(EndedError):
            await short.collect_at_rest()
        assert (garbage[0]() is None) is is_found


async def test_at_rest_nothing_is_looked_through_twice() -> None:
    passes: list[int] = []

    def note(phase: str, info: dict[str, Any]) -> None:
        if phase == "stop":
            passes.append(info["generation"])

    resting, garbage = clock(REST, 40), list[weakref.ref[Cycle]]()

    def cpu_s() -> float:
        if not garbage:
            garbage.append(old_garbage())
        return resting()

    gc.callbacks.append(note)
    try:
        with ShortCollections(start_s=0, rest_s=0, cpu_s=cpu_s) as short, pytest.raises(EndedError):
            await short.collect_at_rest()
    finally:
        gc.callbacks.remove(note)
    assert passes.count(2) == 1


@pytest.mark.parametrize(
    ("found", "thresholds"),
    [
        ([0] * 3, [MOST_COLLECTIONS] * 3),
        ([0, FEW_OBJECTS + 1, 0], [MOST_COLLECTIONS, LEAST_COLLECTIONS, MOST_COLLECTIONS]),
    ],
    ids=["an answer streams", "then pages are turned"],
)
def test_the_more_is_garbage_the_more_often_all_is_looked_through(
    found: list[int], thresholds: list[int]
) -> None:
    with ShortCollections():
        gc.set_threshold(700, 10, LEAST_COLLECTIONS)
        gc.collect()
        gc.set_threshold(700, 10, LEAST_COLLECTIONS)
        told = []
        for count in found:
            garbage = [Cycle() for _ in range(count)]
            del garbage
            gc.collect()
            told.append(gc.get_threshold()[2])
    assert told == thresholds


class Running:
    """Stands for the app with what is connected below it."""

    frozen = 0
    return_code = 0

    async def run(self) -> None:
        self.frozen = gc.get_freeze_count()


async def test_while_the_app_runs_what_start_up_made_is_exempt() -> None:
    running: Any = Running()
    await _run(running)
    assert running.frozen > 0
    assert gc.get_freeze_count() == 0
