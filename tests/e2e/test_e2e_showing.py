from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.clean_environment import REPOSITORY
from tests.e2e.conftest import RUNNEL, Open

PAGE = REPOSITORY / ".github" / "SHOWING.md"
DETACH, QUIT, END_OF_FILE = "\x02d", "\x11", "\x04"


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not there")
def test_who_is_shown_a_session_by_tmux_sees_it_and_types_nothing(
    open_terminal: Open, tmp_path: Path
) -> None:
    # a server of tmux for this test alone
    apart = {"TMUX_TMPDIR": str(tmp_path), "PATH": "/usr/local/bin:/usr/bin:/bin"}
    told = re.findall(r"^tmux .*$", PAGE.read_text("utf-8"), re.M)
    mine, theirs = (tuple(shlex.split(line)) for line in told[:2])
    at = mine.index("runnel")
    shown = open_terminal(command=(*mine[:at], *RUNNEL, *mine[at + 1 :]), extra=apart)
    shown.wait_for("plays it")
    reader = open_terminal(command=theirs, extra=apart)
    reader.wait_for("plays it")
    reader.send("nobody reads this")
    shown.send("but this")
    for each in (shown, reader):
        each.wait_for("┃ but this")
        assert "nobody reads this" not in each.text
    reader.send(DETACH)
    assert reader.wait_exit() == 0
    shown.send(QUIT * 2)
    assert shown.wait_exit() == 0
    assert shown.modes.as_found


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not there")
def test_no_row_of_the_app_is_left_in_tmux_whose_window_was_made_wider(
    open_terminal: Open, tmp_path: Path
) -> None:
    apart = {"TMUX_TMPDIR": str(tmp_path), "PATH": "/usr/local/bin:/usr/bin:/bin"}
    inside = f"echo before; {shlex.join(RUNNEL)} demo; echo behind; cat"
    shown = open_terminal(command=("tmux", "new", inside), extra=apart)
    shown.wait_for("plays it")
    shown.resize(150, 46)
    # the list of sessions is as high as the window
    shown.wait_for(lambda: shown.text.count("▕") > 38)
    shown.send(QUIT)
    shown.wait_for("behind")
    assert "▕" not in shown.text
    assert "before" in shown.text
    shown.send(END_OF_FILE)
    assert shown.wait_exit() == 0
