from __future__ import annotations

import gc

import pytest
from textual.strip import Strip

from tests.fakes import NOON, ScriptedBackend, assistant, user
from tests.ui.harness import stage
from tui.model import Session

pytestmark = pytest.mark.every_frame

FRAMES = 30


async def test_frames_leave_no_rows_to_the_garbage_collector() -> None:
    histories = {"s": [user("q", "Lines?"), assistant("a", "One.")]}
    backend = ScriptedBackend(histories, listed=[Session("s", updated_at=NOON)])
    async with stage(backend) as it:
        await it.open("s")
        await it.settled_reading()
        # so that what is there now is not gone through, be it garbage or not
        gc.freeze()
        gc.disable()
        try:
            for number in range(FRAMES):
                it.replies[0].show("A line of words.\n\n" * number, whole=False)
                await it.pilot.pause()
            gc.set_debug(gc.DEBUG_SAVEALL)
            gc.collect()
            # those of other apps in this process may become garbage just now
            strips = [each for each in gc.garbage if isinstance(each, Strip)]
            rows = sum("A line of words." in each.text for each in strips)
        finally:
            gc.set_debug(0)
            gc.garbage.clear()
            gc.enable()
        assert "A line of words." in it.drawn
        assert rows < FRAMES / 10
