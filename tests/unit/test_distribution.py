from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.distribution import WAITING, Distribution, computing_of, processes_for, waits
from tests.tables import each_row

ROOT = Path(__file__).parents[2]
COMPUTING = [f"tests/unit/a{number}.py" for number in range(6)]
BOTH = [*COMPUTING, *(f"tests/e2e/b{number}.py" for number in range(6))]
TESTS = [f"{file}::test_{number}" for file in BOTH for number in range(5)]


class Process:
    """What a distribution sees of a process that runs tests."""

    gateway = SimpleNamespace(id="one of them")

    def __init__(self) -> None:
        self.ran: list[str] = []
        self.shutting_down = False
        self._given: list[int] = []

    def send_runtest_some(self, indices: list[int]) -> None:
        self._given += indices

    def shutdown(self) -> None:
        self.shutting_down = True

    @property
    def files(self) -> list[str]:
        return [*dict.fromkeys(test.partition("::")[0] for test in self.ran)]

    def run_next(self, distribution: Any) -> bool:
        """Run a test; the last one only when no other will follow, as it must know of the next."""
        if len(self._given) < (1 if self.shutting_down else 2):
            return False
        index = self._given.pop(0)
        self.ran.append(TESTS[index])
        distribution.mark_test_complete(self, index)
        return True


def run_all(processes: list[Process], distribution: Any) -> None:
    """Run a test in each in turn, for as long as there are any."""
    while sum(each.run_next(distribution) for each in processes):
        pass


def begun(processes: list[Process], processors: int) -> Any:
    option = SimpleNamespace(loadscopereorder=False)
    config = SimpleNamespace(getvalue=lambda _: ["popen"] * len(processes), option=option)
    distribution: Any = Distribution(cast(Any, config), processors=processors)
    for each in processes:
        distribution.add_node(each)
        distribution.add_node_collection(each, TESTS)
    distribution.schedule()
    return distribution


@each_row("count", [1, 2, 4, 5])
@each_row("processors", [1, 2, 8])
def test_each_test_is_run_once_and_each_file_by_one_process(count: int, processors: int) -> None:
    processes = [Process() for _ in range(count)]
    distribution = begun(processes, processors)
    run_all(processes, distribution)
    assert sorted(test for each in processes for test in each.ran) == sorted(TESTS)
    assert sorted(file for each in processes for file in each.files) == sorted(BOTH)
    assert distribution.tests_finished
    assert not distribution.has_pending


def test_who_computes_takes_what_waits_when_nothing_else_is_left_and_the_other_way_round() -> None:
    one, other = processes = [Process(), Process()]
    distribution = begun(processes, 2)
    run_all([one], distribution)
    assert one.files == [*COMPUTING, *BOTH[-5:]]
    run_all([other], distribution)
    # all the same nobody takes away from it what it was given
    assert other.files == BOTH[6:7]


def test_what_a_process_that_is_gone_had_is_run_by_the_others() -> None:
    gone, *others = processes = [Process() for _ in range(3)]
    distribution = begun(processes, 2)
    for _ in range(3):
        assert gone.run_next(distribution)
    crashed = distribution.remove_node(gone)
    assert crashed == TESTS[3]
    run_all(others, distribution)
    ran = [test for each in others for test in each.ran]
    assert sorted([*ran, *gone.ran]) == sorted(TESTS)


@each_row(
    ("processes", "processors", "computing"),
    [(1, 2, 1), (2, 2, 1), (4, 2, 2), (5, 2, 2), (5, 16, 4), (4, 1, 1)],
)
def test_every_processor_has_a_process_that_computes_and_one_at_least_waits(
    processes: int, processors: int, computing: int
) -> None:
    assert computing_of(processes, processors) == computing


def test_beside_those_that_compute_four_wait() -> None:
    for processors in (1, 2, 8):
        processes = processes_for(processors)
        assert processes - computing_of(processes, processors) == 4


@pytest.mark.parametrize("place", WAITING)
def test_what_is_said_to_wait_is_there(place: str) -> None:
    files = (ROOT / place).rglob("test_*.py") if place.endswith("/") else [ROOT / place]
    assert all(waits(str(each.relative_to(ROOT))) and each.is_file() for each in files)
