from __future__ import annotations

import pytest

from tui.ui.terminal.backpressure import is_behind
from tui.ui.terminal.driver import TerminalDriver


class Driver(TerminalDriver):
    """One whose terminal has a number of writes before it."""

    def __init__(self, waiting: int) -> None:
        self._waiting = waiting

    @property
    def waiting_writes(self) -> int:
        return self._waiting


@pytest.mark.parametrize(("waiting", "behind"), [(0, False), (1, False), (2, True), (30, True)])
def test_a_terminal_is_behind_when_two_writes_wait(waiting: int, behind: bool) -> None:
    assert is_behind(Driver(waiting)) is behind


@pytest.mark.parametrize("driver", [None, object()])
def test_another_driver_is_never_behind(driver: object) -> None:
    assert not is_behind(driver)
