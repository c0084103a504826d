from __future__ import annotations

from random import Random

import pytest

from tests.e2e.conftest import Open
from tests.e2e.random_bytes import anything, meaningless
from tests.e2e.terminal import Terminal
from tests.fuzz import FUZZ

pytestmark = pytest.mark.warm_start

STRINGS = 100 * FUZZ
BATCH = 100
WORKING_OFF_S = 120.0
DRAFT = "what I was writing"
PROGRAMS = {"EDITOR": "true", "VISUAL": "true", "PAGER": "true"}


def begun(open_terminal: Open) -> Terminal:
    terminal = open_terminal("demo", extra=PROGRAMS)
    terminal.wait_for("/GPT-5.2")
    terminal.send(DRAFT)
    terminal.wait_for(f"┃ {DRAFT} ")
    return terminal


def expect_draft(terminal: Terminal) -> None:
    """Type behind the draft, which ends whatever was begun, and take it away again."""
    # longer than what a cut sequence waits for, and not to be taken for a part of it
    terminal.wait_quiet(0.6)
    terminal.send("!")
    terminal.wait_for(f"┃ {DRAFT}! ")
    terminal.send("\x7f")
    terminal.wait_for(f"┃ {DRAFT} ")
    assert "just type" in terminal.text, "something was sent"


def expect_good_end(terminal: Terminal) -> None:
    # a draft is asked about once
    terminal.send("\x11\x11")
    # it comes behind all that was typed
    assert terminal.wait_exit(WORKING_OFF_S) == 0
    assert b"Traceback" not in terminal.raw


def send_split(terminal: Terminal, data: bytes, random: Random) -> None:
    while data:
        length = random.choice([1, 2, 3, 10, 5000])
        terminal.send_bytes(data[:length])
        data = data[length:]


def test_bytes_that_mean_nothing_leave_the_draft_as_it_is(open_terminal: Open) -> None:
    terminal = begun(open_terminal)
    random = Random(8)
    for number in range(STRINGS):
        send_split(terminal, meaningless(random), random)
        if number % BATCH == BATCH - 1:
            expect_draft(terminal)
    expect_good_end(terminal)


def test_no_bytes_at_all_end_the_app(open_terminal: Open) -> None:
    terminal = begun(open_terminal)
    random = Random(9)
    # they open dialogs and write pages of text: a tenth takes as long
    for number in range(STRINGS // 10):
        send_split(terminal, anything(random), random)
        if number % BATCH == BATCH - 1:
            terminal.wait_quiet(0.6)
    # an unfinished paste takes a second to be over; quiet it is when the demo's answer has come
    terminal.watch(1.2)
    expect_good_end(terminal)
