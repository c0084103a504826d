"""Command line as a process: streams, signals, exit codes; what it says is in `tests/unit/cli`."""

from __future__ import annotations

import json
import signal
from collections.abc import Mapping

import pytest

from tests.e2e.conftest import Pipe, Run
from tests.e2e.terminal import TIMEOUT_S


def test_ask_prints_exactly_the_answer_and_goes_on_with_what_stdin_brings(
    run: Run, profiles: Mapping[str, str]
) -> None:
    text = " two  spaces\n\n\tand — 日本 🙂 [x](y)\n"
    told = run("ask", f"echo {text}", extra=profiles)
    assert (told.returncode, told.stdout) == (0, f"{text}\n")
    assert told.stderr.startswith("session ")
    assert told.stderr.count("\n") == 1
    session = told.stderr.split()[1]
    told = run("ask", "--session", session, "-", extra=profiles, stdin="echo one more\n")
    assert (told.returncode, told.stdout, told.stderr) == (0, "one more\n", "")


@pytest.mark.warm_start
def test_a_failing_answer_keeps_what_came_and_exits_with_1(
    run: Run, profiles: Mapping[str, str]
) -> None:
    told = run("ask", "--profile", "lab", "an error, please", extra=profiles)
    assert told.returncode == 1
    assert told.stdout.startswith("To find the leak")
    assert "upstream connection reset" in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.warm_start
@pytest.mark.parametrize(
    ("arguments", "status"),
    [(("--profile", "wrk", "login"), 2), (("--profile", "lab", "messages", "nosuch"), 4)],
)
def test_bad_input_is_an_exit_code_and_a_sentence(
    run: Run, profiles: Mapping[str, str], arguments: tuple[str, ...], status: int
) -> None:
    told = run(*arguments, extra=profiles)
    assert (told.returncode, told.stdout) == (status, "")
    assert told.stderr.startswith("runnel: ")


@pytest.mark.warm_start
@pytest.mark.parametrize(
    ("profile", "options", "begun"),
    [("work", [], b"story"), ("lab", ["--json"], b'"event": "text"')],
)
def test_ctrl_c_during_an_answer_keeps_what_came_and_exits_with_130(
    pipe: Pipe, profiles: Mapping[str, str], profile: str, options: list[str], begun: bytes
) -> None:
    command = pipe("ask", "--profile", profile, "a long one, please", *options, extra=profiles)
    out = b""
    while begun not in out:
        byte = command.out.read(1)
        assert byte
        out += byte
    command.process.send_signal(signal.SIGINT)
    rest, told = command.rest(TIMEOUT_S)
    out += rest
    assert command.process.returncode == 130
    assert b"You stopped here" in told
    assert b"Traceback" not in told
    assert out.endswith(b"\n")
    if options:
        assert json.loads(out.splitlines()[-1])["event"] == "settled"
    else:
        assert out.startswith(b"# The long story")


@pytest.mark.warm_start
def test_a_reader_that_has_enough_is_no_failure(pipe: Pipe, profiles: Mapping[str, str]) -> None:
    command = pipe("ask", "--profile", "lab", "a long one, please", extra=profiles)
    assert command.out.read(16)
    command.out.close()
    told = command.told.readall()
    assert command.process.wait(TIMEOUT_S) == 0
    assert told.count(b"\n") == 1, "the id of the session and nothing else"
