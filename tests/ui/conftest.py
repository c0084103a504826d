from __future__ import annotations

import pytest
from textual.pilot import Pilot

from tests.event_loops import IdleLoop, idle
from tests.fuzz import IS_LONG_RUN
from tests.ui.painting import FRAME_S, paint_when_idle, press_and_paint, unpainted
from tests.ui.terminal.desktop import desktop

__all__ = ["desktop"]


def pytest_asyncio_loop_factories() -> dict[str, type[IdleLoop]]:
    """Return the one loop on which the app runs in a test."""
    return {"idle": IdleLoop}


async def screen_is_idle(_: Pilot[object], timeout: float = 0) -> bool:
    with unpainted():
        await idle()
    return True


@pytest.fixture(autouse=True)
def presses_and_pauses_end_when_the_loop_is_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the pilot ask the event loop whether the app is done, not the load of the machine."""
    for module in ("app", "pilot"):
        monkeypatch.setattr(f"textual.{module}.wait_for_idle", idle)
    # Textual's sends each widget a message and waits for all of them: idleness says as much
    monkeypatch.setattr("textual.pilot.Pilot._wait_for_screen", screen_is_idle)


@pytest.fixture(autouse=True)
def frames_come_soon_and_are_painted_when_the_loop_is_idle(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("textual.screen.UPDATE_PERIOD", FRAME_S)
    if not (IS_LONG_RUN or request.node.get_closest_marker("every_frame")):
        monkeypatch.setattr("textual.screen.Screen._compositor_refresh", paint_when_idle)
        monkeypatch.setattr("textual.pilot.Pilot.press", press_and_paint)
