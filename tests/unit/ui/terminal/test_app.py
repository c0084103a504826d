from __future__ import annotations

import base64

from tui.ui.terminal.app import TerminalApp
from tui.ui.terminal.driver import TerminalDriver
from tui.ui.terminal.osc52 import OSC52_BYTES


class RecordingDriver(TerminalDriver):
    def __init__(self) -> None:
        self.written: list[str] = []

    def write(self, data: str) -> None:
        self.written.append(data)


def app_on(driver: RecordingDriver) -> TerminalApp[None]:
    app: TerminalApp[None] = TerminalApp()
    app._driver = driver
    return app


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
