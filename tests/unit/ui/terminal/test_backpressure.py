from __future__ import annotations

import pytest
from textual.app import App
from textual.driver import Driver

from tui.ui.terminal.backpressure import is_behind
from tui.ui.terminal.driver import TerminalDriver


class FilledDriver(TerminalDriver):
    """One whose terminal has room, or none."""

    def __init__(self, *, has_room: bool) -> None:
        self._has_room = has_room

    @property
    def has_room(self) -> bool:
        return self._has_room


def app_on(driver: Driver | None) -> App[None]:
    app: App[None] = App()
    app._driver = driver
    return app


@pytest.mark.parametrize("has_room", [True, False])
def test_a_terminal_without_room_is_behind(has_room: bool) -> None:
    assert is_behind(app_on(FilledDriver(has_room=has_room))) is not has_room


def test_an_app_without_a_terminal_is_never_behind() -> None:
    assert not is_behind(app_on(None))


async def test_another_driver_is_never_behind() -> None:
    async with App[None]().run_test() as pilot:
        assert not is_behind(pilot.app)
