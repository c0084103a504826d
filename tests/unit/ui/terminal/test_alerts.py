from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.tables import each_row
from tui.ui.terminal.alerts import BELL, Alerts
from tui.ui.terminal.title import MAX_TITLE_CHARS, has_title, title_sequence

HOSTILE = "\x1b]0;EVIL\x07\x1b\\\x9c\x9d9;x\r\n\x00\u202e;4;1;\ud800" * 3
NO_CONTROL = r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\u202a-\u202e\u2066-\u2069]"
SEQUENCES = {
    "iTerm.app": rf"\x1b\]9;Runnel: {NO_CONTROL}{{0,200}}\x07",
    "ghostty": rf"\x1b\]777;notify;(?:(?!;){NO_CONTROL}){{0,60}};"
    rf"(?:(?!;){NO_CONTROL}){{0,120}}\x07",
    "kitty": rf"\x1b\]99;i=runnel1:d=0;{NO_CONTROL}{{0,60}}\x1b\\"
    rf"\x1b\]99;i=runnel1:p=body;{NO_CONTROL}{{0,120}}\x1b\\",
}
TEXTS = st.text(st.characters(codec=None), max_size=300) | st.just(HOSTILE)


def raised(way: str, title: str = "T", body: str = "B", **environ: str) -> list[str]:
    written: list[str] = []
    Alerts(way, written.append, environ).alert(title, body)
    return written


@given(title=TEXTS)
@example(title=HOSTILE)
def test_nothing_but_a_title_leaves_and_it_has_a_bound(title: str) -> None:
    pattern = rf"\x1b\]2;{NO_CONTROL}{{0,{MAX_TITLE_CHARS}}}\x1b\\"
    assert re.fullmatch(pattern, title_sequence(title))
    title_sequence(title).encode()


@pytest.mark.parametrize("program", SEQUENCES)
@given(title=TEXTS, body=TEXTS)
@example(title=HOSTILE, body=HOSTILE)
def test_nothing_but_one_notification_leaves(program: str, title: str, body: str) -> None:
    (plain,) = raised("desktop", title, body, TERM_PROGRAM=program)
    assert re.fullmatch(SEQUENCES[program], plain)
    (wrapped,) = raised("desktop", title, body, TERM_PROGRAM=program, TMUX="x")
    begin, end = "\x1bPtmux;", f"\x1b\\{BELL}"
    assert wrapped == begin + plain.replace("\x1b", "\x1b\x1b") + end
    wrapped.encode()


@each_row(
    ("way", "environ", "begins"),
    [
        ("none", {"TERM_PROGRAM": "kitty"}, []),
        ("bell", {"TERM_PROGRAM": "kitty"}, [BELL]),
        ("desktop", {}, [BELL]),
        ("desktop", {"TERM": "xterm-256color"}, [BELL]),
        ("desktop", {"TERM": "linux"}, [BELL]),
        ("desktop", {"TERM": "tmux-256color", "TMUX": "x", "TERM_PROGRAM": "tmux"}, [BELL]),
        ("desktop", {"TERM": "screen", "STY": "x", "VTE_VERSION": "7600"}, [BELL]),
        ("desktop", {"TERM": "xterm-kitty"}, ["\x1b]99;"]),
        ("desktop", {"TERM": "foot-extra"}, ["\x1b]777;"]),
        ("desktop", {"TERM": "xterm-256color", "VTE_VERSION": "7600"}, ["\x1b]777;"]),
        ("desktop", {"TMUX": "x", "KITTY_WINDOW_ID": "1"}, ["\x1bPtmux;\x1b\x1b]99;"]),
    ],
)
def test_it_is_what_the_settings_want_and_the_terminal_knows(
    way: str, environ: dict[str, str], begins: list[str]
) -> None:
    written = raised(way, **environ)
    assert [each[: len(begin)] for each, begin in zip(written, begins, strict=True)] == begins


def test_each_notification_of_kitty_has_a_name_of_its_own() -> None:
    written: list[str] = []
    alerts = Alerts("desktop", written.append, {"TERM": "xterm-kitty"})
    alerts.alert("a", "b")
    alerts.alert("a", "b")
    assert ["runnel1:" in written[0], "runnel2:" in written[1]] == [True, True]


@each_row(
    ("term", "has"),
    [("xterm-256color", True), ("tmux-256color", True), ("linux", False), ("linux-16color", False)],
)
def test_a_console_that_would_print_it_has_no_title(term: str, has: bool) -> None:
    assert has_title({"TERM": term}) is has
