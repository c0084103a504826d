from __future__ import annotations

import pytest

from tests.e2e.conftest import Open
from tests.e2e.terminal import Terminal
from tests.unit.ui.terminal.input_bytes import CUT, REPLIES, RUBBISH

pytestmark = pytest.mark.warm_start

CUT_OFF_S = 0.7
"""Longer than anything that was begun is waited for."""


def begun(open_terminal: Open, draft: str) -> Terminal:
    terminal = open_terminal("demo", "--profile", "demo-gpt")
    terminal.wait_for("/Paper Lantern")
    terminal.send(draft)
    terminal.wait_for(f"┃ {draft}")
    return terminal


def quit_well(terminal: Terminal) -> None:
    # a draft is asked about once
    terminal.send("\x11\x11")
    assert terminal.wait_exit() == 0
    assert b"Traceback" not in terminal.raw


def test_what_is_no_text_leaves_the_draft(open_terminal: Open) -> None:
    terminal = begun(open_terminal, "draft")
    # late replies and broken bytes
    for data in (*REPLIES, *RUBBISH):
        for byte in data if len(data) < 100 else [data]:
            terminal.send_bytes(byte if isinstance(byte, bytes) else bytes([byte]))
    for data in CUT:
        terminal.send_bytes(data)
        terminal.wait_quiet(CUT_OFF_S)
    terminal.send("!")
    terminal.wait_for("┃ draft! ")
    # Alt with a letter acts or does nothing
    for letter in "aeghijklmopqrsuvwxyACEGHIJKLMNQRSTUVWYé1-":
        terminal.send(f"\x1b{letter}")
    for letter in "OPX[]^_":
        terminal.send(f"\x1b{letter}")
        terminal.wait_quiet(CUT_OFF_S / 2)
    terminal.send("?")
    terminal.wait_for("┃ draft!? ")
    # Alt+Z takes back what was typed
    terminal.send("\x1bz")
    terminal.wait_for(lambda: "draft!?" not in terminal.text)
    terminal.send("\x1bf")
    terminal.wait_for("Find in everything")
    terminal.send("\x1b")
    terminal.wait_for(lambda: "Find in everything" not in terminal.text)
    quit_well(terminal)


def test_enter_sends_and_a_new_line_does_not_and_alt_with_arrows_goes_to_the_messages(
    open_terminal: Open,
) -> None:
    terminal = begun(open_terminal, "echo an answer")
    terminal.send("\r")
    terminal.wait_for(lambda: "· ready" in terminal.text and "◆ Paper Lantern" in terminal.text)
    for up, down in [("\x1b[1;3A", "\x1b[1;3B"), ("\x1b\x1b[A", "\x1b\x1b[B")]:
        terminal.send(up)
        terminal.wait_for("y Copy")
        terminal.send(down)
        # from a letter on that is no key of a message
        terminal.send("hello")
        terminal.wait_for("┃ hello")
        terminal.send("\x15")
        terminal.wait_for(lambda: "┃ hello" not in terminal.text)
    terminal.send("line 0")
    for number, newline in enumerate(["\x1b\r", "\x1b\n", "\n", "\x1b[13;2u", "\x1b[27;2;13~"], 1):
        terminal.send(f"{newline}line {number}")
    terminal.wait_for("┃ line 5 ")
    assert all(f"┃ line {number} " in terminal.text for number in range(6))
    quit_well(terminal)
