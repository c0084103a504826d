from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tui.cli.app import _run
from tui.ui.gc_pauses import FULL_COLLECTIONS, MOST_FULL_COLLECTIONS, ShortCollections

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


def survivor(collections: int = FULL_COLLECTIONS) -> weakref.ref[Cycle]:
    """Return what nobody has any more, and what was alive in full collections before."""
    cycle = Cycle()
    for _ in range(collections):
        gc.collect()
    return weakref.ref(cycle)


def clock(load: float) -> Callable[[], float]:
    """Return a clock that goes on by `load` from look to look and ends after twenty."""
    looks = iter(range(20))

    def cpu_s() -> float:
        look = next(looks, None)
        if look is None:
            raise EndedError
        return look * load

    return cpu_s


def test_what_survived_a_full_collection_is_exempt_from_the_next() -> None:
    with ShortCollections():
        garbage = survivor()
        gc.collect()
        assert garbage() is not None


def test_what_never_survived_one_is_collected() -> None:
    with ShortCollections():
        cycle = weakref.ref(Cycle())
        gc.collect()
        assert cycle() is None


def test_at_the_end_nothing_is_exempt() -> None:
    callbacks = list(gc.callbacks)
    with ShortCollections():
        garbage = survivor()
    gc.collect()
    assert garbage() is None
    assert gc.callbacks == callbacks
    assert gc.get_freeze_count() == 0


@pytest.mark.parametrize(
    ("load", "collections", "is_found"),
    [
        (REST, FULL_COLLECTIONS, True),
        (REST, FULL_COLLECTIONS - 1, False),
        (WORK, FULL_COLLECTIONS, False),
        (WORK, MOST_FULL_COLLECTIONS, True),
    ],
    ids=["at rest", "little to gain", "at work", "long overdue"],
)
async def test_all_is_looked_through_at_rest_or_when_it_is_overdue(
    load: float, collections: int, is_found: bool
) -> None:
    with ShortCollections(rest_s=0, cpu_s=clock(load)) as short:
        garbage = survivor(collections)
        with pytest.raises(EndedError):
            await short.collect_at_rest()
        assert (garbage() is None) is is_found
        assert gc.get_freeze_count() > 0


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
