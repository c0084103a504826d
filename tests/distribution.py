"""Distribution of test files over processes: those that wait beside those that compute.

Where all processes wait for a socket, a program or a pause of the product at once, the processors
stand idle. So some processes take files that wait first and the others files that compute, each in
the order of the files; whoever finds none of its kind any more takes of the other.
"""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from xdist.scheduler import LoadFileScheduling

if TYPE_CHECKING:
    import pytest
    from xdist.remote import Producer
    from xdist.workermanage import WorkerController

WAITING = (
    "tests/bench/",
    "tests/contract/",
    "tests/e2e/",
    "tests/ui/chat/test_queue.py",
    "tests/ui/chat/test_stall.py",
    "tests/ui/chat/test_typed_is_sent.py",
    "tests/ui/chat/test_waiting.py",
    "tests/ui/chat/test_whole_answers.py",
    "tests/ui/test_faults.py",
    "tests/ui/test_replay.py",
    "tests/ui/test_replayed_ends.py",
    "tests/unit/checks/test_running.py",
    "tests/unit/cli/",
    "tests/unit/server/",
    "tests/unit/store/sqlite/test_two_clients.py",
    "tests/unit/tapes/",
    "tests/unit/ui/terminal/test_output_writer.py",
    "tests/unit/wiring/",
)
"""Folders and files of tests that wait more than they compute."""


def waits(file: str) -> bool:
    return file.startswith(WAITING)


def processes_for(processors: int) -> int:
    """Return how many processes run the tests.

    They are forked from one that has collected, so one more takes little.
    """
    return processors + 4


def computing_of(processes: int, processors: int) -> int:
    """Return how many of the processes take files that compute first.

    One for each processor keeps all of them busy, and one process at least waits.
    """
    return max(1, min(processors, processes - 1))


class Distribution(LoadFileScheduling):  # type: ignore[misc]
    """Gives each process whole files, of its kind while there are any."""

    def __init__(
        self, config: pytest.Config, log: Producer | None = None, processors: int | None = None
    ) -> None:
        super().__init__(config, log)
        self._computing = computing_of(self.numnodes, processors or os.cpu_count() or 1)
        self._computes: dict[WorkerController, bool] = {}
        # looking for each in a list of thousands would take longer than to report on it
        self._place_of = cache(self._places)

    def mark_test_complete(
        self, node: WorkerController, item_index: int, duration: float = 0
    ) -> None:
        test = self.registered_collections[node][item_index]
        files = self.assigned_work[node]
        files[self._split_scope(test)][test] = True
        # what is done need not be counted again and again
        self.assigned_work[node] = {
            file: tests for file, tests in files.items() if not all(tests.values())
        }
        self._reschedule(node)

    def _assign_work_unit(self, node: WorkerController) -> None:
        kind = self._computes.setdefault(node, len(self._computes) < self._computing)
        file = next((each for each in self.workqueue if waits(each) is not kind), None)
        file = file or next(iter(self.workqueue))
        tests = self.workqueue.pop(file)
        self.assigned_work.setdefault(node, {})[file] = tests
        places = self._place_of(node)
        node.send_runtest_some([places[each] for each, is_done in tests.items() if not is_done])

    def _places(self, node: WorkerController) -> dict[str, int]:
        return {test: at for at, test in enumerate(self.registered_collections[node])}
