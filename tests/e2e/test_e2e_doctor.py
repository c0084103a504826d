from __future__ import annotations

import pytest

from tests.e2e.conftest import Open

pytestmark = pytest.mark.warm_start

ASKED = b"\x1b[c"
ATTRIBUTES = "\x1b[?62;52c"
REPLIES = "\x1bP>|Played 1.0\x1b\\\x1b[?0u\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\" + ATTRIBUTES


def test_the_page_tells_what_the_terminal_says_and_nothing_of_it_is_typed(
    open_terminal: Open,
) -> None:
    terminal = open_terminal("doctor")
    terminal.wait_for(lambda: ASKED in terminal.raw)
    terminal.send(REPLIES)
    terminal.wait_for(lambda: terminal.raw.count(ASKED) == 2)
    terminal.send(ATTRIBUTES)
    assert terminal.wait_exit() == 0
    assert "says of itself: Played 1.0" in terminal.text
    assert "ground: #1e1e2e" in terminal.text
    assert "Shift+Enter and Ctrl+Enter are of their own" in terminal.text
    assert "clipboard: not given out" in terminal.text
    assert "Nothing is wrong." in terminal.text
    assert "62;52" not in terminal.text
    assert "1e1e/" not in terminal.text
    assert terminal.settings == terminal.settings_before
