from __future__ import annotations

import base64
import os
from collections.abc import Sequence

import pytest
from rich.console import RenderableType
from textual.filter import ANSIToTruecolor, LineFilter, Monochrome, NoColor
from textual.geometry import Region
from textual.screen import Screen
from textual.theme import Theme

from tui.ui.terminal.acknowledgement import Acknowledgement, TerminalCaughtUp
from tui.ui.terminal.app import DirtyRowsScreen, TerminalApp
from tui.ui.terminal.compositor import safe_update
from tui.ui.terminal.driver import TerminalDriver
from tui.ui.terminal.link_meter import IN_A_ROW
from tui.ui.terminal.osc52 import OSC52_BYTES
from tui.ui.terminal.output_writer import OutputWriter


class RecordingDriver(TerminalDriver):
    def __init__(self, input_file: int = -1) -> None:
        self.written: list[str] = []
        self._input = input_file

    def write(self, data: str) -> None:
        self.written.append(data)


def app_on(driver: RecordingDriver) -> TerminalApp[None]:
    app: TerminalApp[None] = TerminalApp()
    app._driver = driver
    return app


class RecordingWriter(OutputWriter):
    """Keeps each write that its thread would be woken for."""

    def __init__(self) -> None:
        super().__init__(-1)
        self.writes: list[str] = []

    def write(self, text: str) -> None:
        self.writes.append(text)


class WrittenDriver(TerminalDriver):
    """A driver of a terminal that stands still."""

    def __init__(self) -> None:
        self.writer = RecordingWriter()
        self._writer = self.writer
        self._is_too_small = False
        self._gathered = None
        self._acknowledgement = Acknowledgement()


class WritingApp(TerminalApp[None]):
    """Makes the bytes of each frame."""

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        if (update := safe_update(renderable)) is not None:
            update.render_segments(self.console)


def osc52(text: str) -> str:
    return f"\x1b]52;c;{base64.b64encode(text.encode()).decode()}\a"


def test_the_terminal_gets_what_is_copied_without_control_characters() -> None:
    driver = RecordingDriver()
    app = app_on(driver)
    app.copy_to_clipboard("rm\x1b[2J\u202e \ud800x")
    (written,) = driver.written
    sent = base64.b64decode(written.removeprefix("\x1b]52;c;")).decode()
    assert sent.startswith("rm")
    assert not set(sent) & set("\x1b\u202e\ud800")


def test_what_is_pasted_here_is_what_was_cut_here() -> None:
    app = app_on(RecordingDriver())
    app.copy_to_clipboard("a\x1bb")
    assert app.clipboard == "a\x1bb"


def test_what_terminals_would_drop_is_not_sent_but_can_be_pasted_here() -> None:
    driver = RecordingDriver()
    app = app_on(driver)
    app.copy_to_clipboard("x" * (OSC52_BYTES + 1))
    assert driver.written == []
    assert len(app.clipboard) == OSC52_BYTES + 1
    app.copy_to_clipboard("x" * OSC52_BYTES)
    assert driver.written == [osc52("x" * OSC52_BYTES)]


def test_the_ground_is_asked_for_where_a_terminal_may_answer_and_nowhere_else() -> None:
    terminal, pipe = os.openpty(), os.pipe()
    try:
        asked = RecordingDriver(terminal[1])
        assert app_on(asked).ask_background()
        assert asked.written == ["\x1b]11;?\x1b\\"]
        unasked = RecordingDriver(pipe[0])
        assert not app_on(unasked).ask_background()
        assert unasked.written == []
        assert not TerminalApp[None]().ask_background()
    finally:
        for number in (*terminal, *pipe):
            os.close(number)


@pytest.mark.parametrize(
    ("is_ansi", "no_color", "filters"),
    [
        (True, False, []),
        (True, True, [NoColor]),
        (False, False, [ANSIToTruecolor]),
        (False, True, [ANSIToTruecolor, Monochrome]),
    ],
)
def test_colours_of_the_terminal_reach_it_as_they_are_from_the_first_frame_on(
    is_ansi: bool,
    no_color: bool,
    filters: Sequence[type[LineFilter]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    if no_color:
        monkeypatch.setenv("NO_COLOR", "1")
    app: TerminalApp[None] = TerminalApp()
    app.begin_in(Theme("mine", "ansi_red" if is_ansi else "red", ansi=is_ansi))
    assert app.theme == "mine"
    assert [type(each) for each in app.get_line_filters()] == filters


def test_each_theme_gives_its_own_variables_also_under_a_name_that_another_had() -> None:
    app = app_on(RecordingDriver())
    seen = []
    for theme in (Theme("x", "#111111"), Theme("x", "#222222"), Theme("x", "#111111")):
        app.register_theme(theme)
        app.theme = "x"
        seen.append(app.get_css_variables()["primary"])
        assert app.theme_variables["primary"] == seen[-1]
        app.theme_variables["primary"] = "changed by one app"
    assert seen == ["#111111", "#222222", "#111111"]


def test_a_frame_is_one_write_however_many_pieces_it_comes_in() -> None:
    driver = WrittenDriver()
    with driver.one_write():
        for piece in ("begin ", "frame ", "end"):
            driver.write(piece)
    with driver.one_write():
        pass
    driver.write("\a")
    assert driver.writer.writes == ["begin frame end", "\a"]
    assert driver._acknowledgement.written_bytes == len("begin frame end\a")


def test_what_was_written_of_a_frame_that_failed_is_not_lost() -> None:
    driver = WrittenDriver()

    def fail() -> None:
        with driver.one_write():
            driver.write("begun")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    driver.write("next")
    assert driver.writer.writes == ["begun", "next"]


async def test_how_long_the_terminal_takes_says_what_its_link_is() -> None:
    app: TerminalApp[None] = TerminalApp()
    async with app.run_test() as pilot:
        for _ in range(IN_A_ROW):
            app.post_message(TerminalCaughtUp(10_000, 10.0))
        await pilot.pause()
        assert app.link.is_slow


async def test_what_was_held_back_can_come_when_a_screen_lies_over_it_that_has_no_layout_yet() -> (
    None
):
    async with (app := WritingApp()).run_test():
        behind = app.size.region
        app.push_screen(DirtyRowsScreen())
        app._draw_held_back([behind, Region(0, 5, 10, 1)])
