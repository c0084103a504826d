from __future__ import annotations

import base64
import os
import termios

import pytest

from tests.tables import each_row
from tests.unit.ui.terminal.played_terminal import PlayedTerminal
from tui.ui.terminal.clipboard_trial import ClipboardTrial, try_clipboard
from tui.ui.terminal.questions import TerminalReplies, asking, can_ask, terminal_replies

SILENT_S = 0.05
FULL = {
    b"\x1b[>q": b"\x1bP>|WezTerm 2024\x1b\\",
    b"\x1b[?u": b"\x1b[?0u",
    b"\x1b[?2026$p": b"\x1b[?2026;2$y",
    b"\x1b]11;?\x1b\\": b"\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\",
}
SILENT = {b"\x1b[c": b""}


def replies_of(terminal: PlayedTerminal, answer_s: float = 5) -> TerminalReplies:
    before = termios.tcgetattr(terminal.side)
    with asking(terminal.side, terminal.side, answer_s) as asked:
        replies = terminal_replies(asked)
    assert termios.tcgetattr(terminal.side) == before
    assert terminal.typed == b""
    return replies


@pytest.mark.parametrize("cuts", [False, True])
def test_a_terminal_tells_what_it_is_and_what_it_can(cuts: bool) -> None:
    with PlayedTerminal(FULL, cuts=cuts) as terminal:
        replies = replies_of(terminal)
    assert (replies.name, replies.background) == ("WezTerm 2024", "#1e1e2e")
    assert replies.answers
    assert replies.tells_keys_apart
    assert replies.shows_whole_frames


@each_row(
    ("replies", "name", "background"),
    [
        ({}, "", ""),
        ({b"\x1b[?2026$p": b"\x1b[?2026;0$y"}, "", ""),
        ({b"\x1b]11;?\x1b\\": b"\x1b]11;rgb:f/0/8\x07"}, "", "#ff0088"),
        ({b"\x1b]11;?\x1b\\": b"\x1b]11;rgba:ffff/ffff/ffff/ffff\x07"}, "", "#ffffff"),
        ({b"\x1b[>q": b"\x1bP>|\xff\x9b31m\xe2\x80\xaeevil\x07\x1b\\"}, "\ufffd\ufffd31mevil␇", ""),
        ({b"\x1b[>q": b"garbage \x1b[5~ typed"}, "", ""),
    ],
)
def test_replies_of_any_kind_are_told_safely_and_never_typed(
    replies: dict[bytes, bytes], name: str, background: str
) -> None:
    with PlayedTerminal(replies) as terminal:
        told = replies_of(terminal)
    assert (told.name, told.background) == (name, background)
    assert told.answers
    assert not told.shows_whole_frames


def test_a_terminal_that_answers_nothing_is_not_waited_for() -> None:
    with PlayedTerminal(SILENT) as terminal:
        replies = replies_of(terminal, SILENT_S)
    assert not replies.answers


def test_ctrl_c_ends_the_asking() -> None:
    # in the middle of what is answered, when the terminal is raw for sure
    with PlayedTerminal({b"\x1b[c": b"\x03"}) as terminal:
        with pytest.raises(KeyboardInterrupt):
            replies_of(terminal)
        assert terminal.typed == b""


def test_nothing_is_asked_of_what_is_no_terminal_of_ours() -> None:
    read, write = os.pipe()
    with PlayedTerminal() as terminal:
        # not the controlling terminal of these tests
        assert not can_ask(terminal.side, terminal.side, "xterm")
    assert not can_ask(read, write, "xterm")
    assert not can_ask(read, write, "dumb")
    os.close(read)
    os.close(write)


class TestClipboard:
    @pytest.mark.parametrize(
        ("name", "clipboard", "keeps", "trial"),
        [
            ("foot", b"mine", False, ClipboardTrial.WORKS),
            ("foot", b"", False, ClipboardTrial.EMPTY),
            ("foot", b"mine", True, ClipboardTrial.LOST),
            ("foot", None, False, ClipboardTrial.SILENT),
            ("foot", b"x" * 80_000, False, ClipboardTrial.FULL),
            ("foot", b"x" * 400_000, False, ClipboardTrial.SILENT),
            ("ghostty 1.0", b"mine", False, ClipboardTrial.ASKS),
            ("iTerm2 3.5", b"mine", False, ClipboardTrial.ASKS),
        ],
    )
    def test_what_was_in_it_is_there_again(
        self, name: str, clipboard: bytes | None, keeps: bool, trial: ClipboardTrial
    ) -> None:
        with PlayedTerminal(clipboard=clipboard, keeps=keeps) as terminal:
            with asking(terminal.side, terminal.side, 5) as asked:
                assert try_clipboard(asked, name) is trial
                assert terminal.typed == b""
            assert terminal.typed == b""
            assert terminal.clipboard == clipboard
            tried = trial in (ClipboardTrial.WORKS, ClipboardTrial.LOST)
            assert len(terminal.written) == (2 if tried else 0)
        if tried:
            assert base64.b64decode(terminal.written[0]).startswith(b"Runnel ")
