from __future__ import annotations

from textual.app import App, ComposeResult

from tui.ui.cells import cell_len
from tui.ui.widgets.time_line import TimeLine


class Player(App[None]):
    def compose(self) -> ComposeResult:
        yield TimeLine()


async def test_the_keys_of_a_replay_are_told_as_far_as_they_leave_room_for_the_bar() -> None:
    app = Player()
    async with app.run_test(size=(120, 3)) as pilot:
        line = app.query_one(TimeLine)
        told: list[str] = []
        for width in (120, 100, 80, 60, 40, 20):
            await pilot.resize_terminal(width, 3)
            line.show(1.0, 15.0, speed=1.0, is_paused=False, is_over=False)
            assert cell_len(line.render().plain) <= width
            told.append(line.words[1].removeprefix(" 1×").strip())
    assert told[0] == told[1] == "Space pause · . step · Left/Right seek · +/- speed"
    assert told[2] == "Space pause · . step · +/- speed"
    assert told[3:] == ["Space pause", "", ""]
