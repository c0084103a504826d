from __future__ import annotations

import pytest
from textual.app import App
from textual.driver import Driver

from tui.ui.terminal.backpressure import is_behind
from tui.ui.terminal.driver import TerminalDriver


class WaitingDriver(TerminalDriver):
    """One whose terminal has a number of writes before it."""

    def __init__(self, waiting: int) -> None:
        self._waiting = waiting

    @property
    def waiting_writes(self) -> int:
        return self._waiting


def app_on(driver: Driver | None) -> App[None]:
    app: App[None] = App()
    app._driver = driver
    return app


@pytest.mark.parametrize(("waiting", "behind"), [(0, False), (1, False), (2, True), (30, True)])
def test_a_terminal_is_behind_when_two_writes_wait(waiting: int, behind: bool) -> None:
    assert is_behind(app_on(WaitingDriver(waiting))) is behind


def test_an_app_without_a_terminal_is_never_behind() -> None:
    assert not is_behind(app_on(None))


async def test_another_driver_is_never_behind() -> None:
    async with App[None]().run_test() as pilot:
        assert not is_behind(pilot.app)
