"""What a person chose, over starts of the real command that end in every way."""

from __future__ import annotations

import json
import signal
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Open
from tests.e2e.terminal import Terminal
from tui.ui.splash import PLACEHOLDER

pytestmark = pytest.mark.warm_start

F7 = "\x1b[18~"
NORD, ENTER = "nord", "\r"
GROUND = b"48;2;46;52;64"
"""The background of nord."""


def chosen(folder: Path) -> Any:
    try:
        return json.loads((folder / "choices.json").read_bytes())
    except FileNotFoundError:
        return {}


def opened(terminal: Terminal) -> Terminal:
    terminal.wait_for("work/Paper Lantern")
    return terminal


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_a_choice_outlives_the_process_however_that_ends(
    open_terminal: Open, profiles: Mapping[str, str], tmp_path: Path, end: signal.Signals
) -> None:
    folder = tmp_path / "kept"
    extra = {**profiles, "RUNNEL_DATA_DIR": str(folder)}
    terminal = opened(open_terminal(extra=extra))
    terminal.send(F7)
    terminal.wait_for("Theme")
    terminal.send(NORD)
    terminal.wait_for(f"▌{NORD}")
    terminal.send(ENTER)
    terminal.wait_for(lambda: "Enter select" not in terminal.text)
    if end is signal.SIGKILL:
        # what was not written yet goes with it
        terminal.wait_for(lambda: "theme" in chosen(folder))
    terminal.signal(end)
    terminal.wait_exit()
    assert chosen(folder)["theme"] == {"value": NORD, "instead_of": ""}
    assert stat.S_IMODE((folder / "choices.json").stat().st_mode) == 0o600
    again = open_terminal(extra=extra)
    # from the first frame on
    again.wait_for(PLACEHOLDER)
    assert GROUND in again.raw
