from __future__ import annotations

import os

import pytest

from tests.e2e.modes import MOUSE, PASTE_BRACKETS, Modes
from tui.ui.terminal import modes


@pytest.mark.parametrize("in_screen", [True, False])
def test_all_modes_go_on_but_the_mouse_in_gnu_screen_and_all_go_off(
    monkeypatch: pytest.MonkeyPatch, in_screen: bool
) -> None:
    monkeypatch.setattr(os, "environ", {"STY": "1.pts-0.host"} if in_screen else {})
    followed = Modes()
    followed.take(modes.on().encode())
    assert (MOUSE in followed.on) is not in_screen
    assert PASTE_BRACKETS in followed.on
    followed.take(modes.OFF.encode())
    assert followed.as_found
