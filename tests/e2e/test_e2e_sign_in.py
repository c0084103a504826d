from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.e2e.conftest import Open, Server

pytestmark = pytest.mark.warm_start

CTRL_Q, ESCAPE = "\x11", "\x1b"
F5 = "\x1b[15~"


def without_password(profiles: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in profiles.items() if not name.endswith("PASSWORD")}


def test_the_app_asks_for_the_password_it_lacks_until_it_has_the_right_one(
    open_terminal: Open, server: Server, profiles: Mapping[str, str]
) -> None:
    dialog = "Sign in to lab — password"
    terminal = open_terminal("--profile", "lab", extra=without_password(profiles))
    terminal.wait_for(dialog)
    assert server.email in terminal.text
    assert server.url in terminal.text
    # left, the app stays, and F5 asks again
    terminal.send(ESCAPE)
    terminal.wait_for("You did not sign in.")
    terminal.send(F5)
    terminal.wait_for(dialog)
    # a refused one keeps the dialog and shows nothing of it
    terminal.send("mistyped-1\r")
    terminal.wait_for("does not accept")
    assert dialog in terminal.text
    # with another word typed it is said no more, and Ctrl+U takes that word back
    terminal.send("mistyped-2")
    terminal.wait_for(lambda: "does not accept" not in terminal.text)
    terminal.send(f"\x15{server.password}\r")
    terminal.wait_for("lab/Lantern Large")
    terminal.send("echo signed in\r")
    terminal.wait_for(lambda: "◆ Lantern Large" in terminal.text and "· ready" in terminal.text)
    terminal.send(CTRL_Q)
    assert terminal.wait_exit() == 0
    assert b"mistyped" not in terminal.raw
    assert server.password.encode() not in terminal.raw
