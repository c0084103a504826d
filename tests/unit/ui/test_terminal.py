from __future__ import annotations

import io
from queue import Queue

import pytest
from textual.drivers._writer_thread import WriterThread
from textual.drivers.linux_driver import LinuxDriver

from tui.ui.terminal import is_behind


class Writer:
    def __init__(self, waiting: int) -> None:
        self._queue: Queue[str] = Queue()
        for _ in range(waiting):
            self._queue.put("frame")


class Driver:
    def __init__(self, writer: Writer | None) -> None:
        self._writer_thread = writer


@pytest.mark.parametrize(("waiting", "behind"), [(0, False), (1, False), (2, True), (30, True)])
def test_a_terminal_is_behind_when_two_writes_wait(waiting: int, behind: bool) -> None:
    assert is_behind(Driver(Writer(waiting))) is behind


@pytest.mark.parametrize("driver", [None, object(), Driver(None)])
def test_a_driver_without_a_queue_is_never_behind(driver: object) -> None:
    assert not is_behind(driver)


def test_textual_still_writes_through_a_queue_of_this_name() -> None:
    writer = WriterThread(io.StringIO())
    writer.write("one")
    writer.write("two")
    driver = Driver(None)
    driver._writer_thread = writer  # type: ignore[assignment]
    assert is_behind(driver)
    assert "_writer_thread" in LinuxDriver.__init__.__code__.co_names
