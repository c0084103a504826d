from __future__ import annotations

import signal
from collections.abc import Callable, Mapping

import pytest

from tests.e2e.conftest import RUNNEL, Open
from tests.e2e.terminal import Terminal
from tests.e2e.warm_start import PYTHON

pytestmark = pytest.mark.warm_start

CTRL_C, CTRL_D, UP = "\x03", "\x04", "\x1b[A"


IGNORING_INTERRUPTS = (
    *PYTHON,
    """
import signal, sys
from tui.__main__ import main
signal.signal(signal.SIGINT, signal.SIG_IGN)
sys.exit(main())
""",
)
"""As a shell starts what it puts into the background."""


def begun(
    open_terminal: Open,
    extra: Mapping[str, str] | None = None,
    command: tuple[str, ...] = RUNNEL,
) -> Terminal:
    terminal = open_terminal("chat", "--profile", "demo-hardwire", extra=extra, command=command)
    terminal.wait_for("/help lists commands")
    terminal.wait_for("You: ")
    return terminal


def prompts(terminal: Terminal) -> bool:
    return terminal.text.rstrip().endswith("You:")


def interrupt_until(terminal: Terminal, is_heard: Callable[[], bool]) -> None:
    """Press Ctrl+C, and once more where readline was drawing: it notices no signal meanwhile."""
    for _ in range(8):
        terminal.wait_quiet(0.5)
        if is_heard():
            return
        if terminal.process.poll() is None:
            terminal.send(CTRL_C)
    assert is_heard(), terminal.text


@pytest.mark.parametrize("command", [RUNNEL, IGNORING_INTERRUPTS])
def test_an_answer_is_stopped_by_ctrl_c_and_twice_ends_the_chat(
    open_terminal: Open, command: tuple[str, ...]
) -> None:
    terminal = begun(open_terminal, command=command)
    terminal.send("long\r")
    terminal.wait_for("Bot: ")
    terminal.send(CTRL_C)
    terminal.wait_for("Error: ")
    terminal.wait_for(lambda: prompts(terminal))
    terminal.send(UP)
    terminal.wait_for(lambda: terminal.text.rstrip().endswith("You: long"))
    interrupt_until(terminal, lambda: "Ctrl+C again" in terminal.text)
    interrupt_until(terminal, lambda: terminal.process.poll() is not None)
    # one more may come when everything is put away and the interpreter ends
    assert terminal.wait_exit() in (0, 130, -signal.SIGINT), terminal.text
    assert b"Traceback" not in terminal.raw
    assert terminal.settings == terminal.settings_before


@pytest.mark.parametrize("kind", ["xterm-256color", "dumb", "vt100"])
def test_lines_are_appended_and_pasted_ones_are_one_question(
    open_terminal: Open, kind: str
) -> None:
    terminal = begun(open_terminal, {"TERM": kind})
    if kind == "xterm-256color":
        terminal.paste("echo one\ntwo\n")
        terminal.send("\r")
    else:
        terminal.send("echo one\rtwo\r")
    terminal.wait_for("Bot: one two")
    terminal.send("tools\r")
    terminal.wait_for("Table, 4 rows:")
    terminal.wait_for(lambda: prompts(terminal))
    terminal.send(CTRL_D)
    assert terminal.wait_exit() == 0
    said = terminal.raw.partition(b"Bot: ")[2]
    if kind == "dumb":
        # nothing but text and line ends: no cursor is moved, no line is written over
        assert b"\x1b" not in said
        assert said.count(b"\r") == said.count(b"\r\n")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_ends_the_chat_at_its_prompt_gives_the_terminal_back_as_it_was(
    open_terminal: Open, number: signal.Signals
) -> None:
    terminal = begun(open_terminal)
    terminal.wait_for(lambda: not terminal.echoes)
    # readline notices no signal that comes while it draws
    terminal.wait_quiet(0.5)
    terminal.signal(number)
    assert terminal.wait_exit() == 128 + number
    assert terminal.settings == terminal.settings_before
    assert terminal.modes.as_found
    assert b"Traceback" not in terminal.raw


def test_a_yes_that_was_typed_before_it_was_asked_for_deletes_nothing(open_terminal: Open) -> None:
    terminal = begun(open_terminal, {"TERM": "dumb"})
    terminal.send("echo kept\r")
    terminal.wait_for("Bot: kept")
    terminal.wait_for(lambda: prompts(terminal))
    terminal.send("/delete\ryes\r")
    terminal.wait_for("Type yes to do it")
    terminal.wait_quiet(0.3)
    assert "Deleted" not in terminal.text
    terminal.send("\r/read\r")
    terminal.wait_for(lambda: terminal.text.count("Bot: kept") == 2)


def test_the_question_before_a_deletion_hears_the_first_ctrl_c(open_terminal: Open) -> None:
    terminal = begun(open_terminal, {"TERM": "dumb"})
    terminal.send("echo kept\r")
    terminal.wait_for("Bot: kept")
    terminal.wait_for(lambda: prompts(terminal))
    terminal.send("/delete\r")
    terminal.wait_for("Type yes to do it")
    terminal.wait_quiet(0.3)
    terminal.send(CTRL_C)
    terminal.wait_for("Ctrl+C again")
    terminal.wait_for(lambda: prompts(terminal))
    terminal.send("/read\r")
    terminal.wait_for(lambda: terminal.text.count("Bot: kept") == 2)
    assert "Deleted" not in terminal.text
