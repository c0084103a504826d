"""Command line as a process: streams, signals, exit codes; what it says is in `tests/unit/cli`."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pytest

from tests.e2e.conftest import RUNNEL, Run
from tests.e2e.terminal import ENDING_S


@dataclass(frozen=True, slots=True)
class Piped:
    """A command that runs, with what it writes."""

    process: subprocess.Popen[bytes]
    out: IO[bytes]
    told: IO[bytes]


Start = Callable[..., Piped]


@pytest.fixture
def start(environment: dict[str, str], profiles: dict[str, str], tmp_path: Path) -> Iterator[Start]:
    """Return what starts `runnel ARGUMENTS` between two pipes."""
    with ExitStack() as stack:

        def start_it(*arguments: str) -> Piped:
            process = subprocess.Popen(
                [*RUNNEL, *arguments],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=tmp_path,
                env={**environment, **profiles},
            )
            stack.callback(process.wait, ENDING_S)
            stack.callback(process.kill)
            assert process.stdout is not None
            assert process.stderr is not None
            stack.callback(process.stdout.close)
            stack.callback(process.stderr.close)
            return Piped(process, process.stdout, process.stderr)

        yield start_it


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


def test_a_failing_answer_keeps_what_came_and_exits_with_1(
    run: Run, profiles: Mapping[str, str]
) -> None:
    told = run("ask", "--profile", "lab", "an error, please", extra=profiles)
    assert told.returncode == 1
    assert told.stdout.startswith("To find the leak")
    assert "upstream connection reset" in told.stderr
    assert "Traceback" not in told.stderr


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


@pytest.mark.parametrize(
    ("profile", "options", "begun"),
    [("work", [], b"story"), ("lab", ["--json"], b'"event": "text"')],
)
def test_ctrl_c_during_an_answer_keeps_what_came_and_exits_with_130(
    start: Start, profile: str, options: list[str], begun: bytes
) -> None:
    command = start("ask", "--profile", profile, "a long one, please", *options)
    out = b""
    while begun not in out:
        byte = command.out.read(1)
        assert byte
        out += byte
    command.process.send_signal(signal.SIGINT)
    rest, told = command.process.communicate(timeout=20)
    out += rest
    assert command.process.returncode == 130
    assert b"You stopped here" in told
    assert b"Traceback" not in told
    assert out.endswith(b"\n")
    if options:
        assert json.loads(out.splitlines()[-1])["event"] == "settled"
    else:
        assert out.startswith(b"# The long story")


def test_a_reader_that_has_enough_is_no_failure(start: Start) -> None:
    command = start("ask", "--profile", "lab", "a long one, please")
    assert command.out.read(16)
    command.out.close()
    told = command.told.read()
    assert command.process.wait(20) == 0
    assert told.count(b"\n") == 1, "the id of the session and nothing else"
