from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from tui.ui.dialogs.dialog import Dialog


class Sized(Static):
    def on_resize(self) -> None:
        assert isinstance(self.screen, Probe)
        self.screen.laid_out.append((*self.size, *sorted(self.screen.classes)))


class Probe(Dialog[None]):
    def __init__(self) -> None:
        super().__init__()
        self.laid_out: list[tuple[object, ...]] = []

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Sized("words")


@pytest.mark.parametrize("size", [(120, 40), (60, 16), (20, 5)])
async def test_a_dialog_has_its_final_shape_from_the_first_frame_on(size: tuple[int, int]) -> None:
    app = App[None]()
    async with app.run_test(size=size) as pilot:
        probe = Probe()
        app.push_screen(probe)
        await pilot.pause()
        await pilot.pause()
        assert len(probe.laid_out) == 1
