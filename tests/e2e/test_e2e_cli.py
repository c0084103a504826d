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

from tests.e2e.conftest import RUNNEL, Run, Server
from tests.e2e.terminal import ENDING_S


@dataclass(frozen=True, slots=True)
class Piped:
    """A command that runs, with what it writes."""

    process: subprocess.Popen[bytes]
    out: IO[bytes]
    told: IO[bytes]


Start = Callable[..., Piped]
BOTH = pytest.mark.parametrize("profile", ["work", "lab"])


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


@BOTH
def test_login_says_whom_the_server_takes_us_for(
    run: Run, profiles: Mapping[str, str], profile: str
) -> None:
    told = run("login", "--profile", profile, extra=profiles)
    assert told.returncode == 0
    wanted = {"work": "127.0.0.1 (key for 3 chatbots)", "lab": "Demo (demo@runnel.example)"}
    assert told.stdout == f"{profile}: {wanted[profile]}\n"
    assert told.stderr == ""


def test_profiles_come_as_lines_and_as_json(
    run: Run, profiles: Mapping[str, str], server: Server
) -> None:
    lines = run("profiles", extra=profiles).stdout.splitlines()
    assert [line.split() for line in lines] == [
        ["lab", "hardwire", server.url],
        ["*", "work", "gpt-trainer", server.url],
    ]
    listed = json.loads(run("profiles", "--json", extra=profiles).stdout)
    assert {each["name"]: each["default"] for each in listed} == {"lab": False, "work": True}


@BOTH
def test_sessions_and_messages_come_as_json_arrays(
    run: Run, profiles: Mapping[str, str], profile: str
) -> None:
    sessions = json.loads(run("sessions", "--json", "--profile", profile, extra=profiles).stdout)
    assert len(sessions) >= 8
    assert all(each["id"] and each["updated_at"] for each in sessions)
    asked = run("ask", "--profile", profile, "tell me about tools", extra=profiles)
    session = asked.stderr.split()[1]
    told = run("messages", session, "--json", "--profile", profile, extra=profiles)
    question, answer = json.loads(told.stdout)
    assert question["text"] == "tell me about tools"
    assert answer["role"] == "assistant"
    assert answer["text"] == asked.stdout.removesuffix("\n")
    if profile == "work":
        tools = [part for part in answer["parts"] if part["type"] == "tool"]
        assert [each["state"] for each in tools] == ["done", "failed", "done"]


@BOTH
def test_sessions_and_messages_come_as_text_for_people(
    run: Run, profiles: Mapping[str, str], profile: str
) -> None:
    lines = run("sessions", "--profile", profile, extra=profiles).stdout.splitlines()
    session = lines[-1].split()[0]
    told = run("messages", session, "--profile", profile, extra=profiles)
    assert told.returncode == 0
    assert told.stdout.startswith(("--- You, ", "--- System, "))
    assert "--- Assistant, " in told.stdout


@BOTH
def test_ask_prints_exactly_the_answer_and_one_newline(
    run: Run, profiles: Mapping[str, str], profile: str
) -> None:
    text = " two  spaces\n\n\tand — 日本 🙂 [x](y)\n"
    told = run("ask", "--profile", profile, f"echo {text}", extra=profiles)
    assert told.returncode == 0
    assert told.stdout == f"{text}\n"
    assert told.stderr.startswith("session ")
    assert told.stderr.count("\n") == 1


@BOTH
def test_ask_goes_on_in_a_session_and_reads_stdin(
    run: Run, profiles: Mapping[str, str], profile: str
) -> None:
    first = run("ask", "--profile", profile, "echo one", extra=profiles)
    session = first.stderr.split()[1]
    second = run(
        "ask", "--session", session, "--profile", profile, "-", extra=profiles, stdin="echo two\n"
    )
    assert (second.stdout, second.stderr, second.returncode) == ("two\n", "", 0)
    told = run("messages", session, "--json", "--profile", profile, extra=profiles)
    texts = [each["text"] for each in json.loads(told.stdout)]
    assert texts == ["echo one", "one", "echo two", "two"]


@BOTH
def test_ask_json_is_one_event_a_line_and_ends_with_the_stored_messages(
    run: Run, profiles: Mapping[str, str], profile: str
) -> None:
    told = run("ask", "--json", "--profile", profile, "echo some words", extra=profiles)
    events = [json.loads(line) for line in told.stdout.splitlines()]
    names = [event["event"] for event in events]
    assert "text" in names
    assert "".join(each["text"] for each in events if each["event"] == "text") == "some words"
    assert names[-1] == "settled"
    assert events[-1]["answer"]["text"] == "some words"
    assert events[-1]["answer"]["standing"] == "stored"
    assert not events[-1]["answer"]["id"].startswith("local-")


@BOTH
def test_a_failing_answer_keeps_what_came_and_exits_with_1(
    run: Run, profiles: Mapping[str, str], profile: str
) -> None:
    told = run("ask", "--profile", profile, "an error, please", extra=profiles)
    assert told.returncode == 1
    assert told.stdout.startswith("To find the leak")
    assert "upstream connection reset" in told.stderr
    assert "Traceback" not in told.stderr


@BOTH
@pytest.mark.parametrize("arguments", [("messages", "nosuch"), ("ask", "--session", "nosuch", "x")])
def test_no_such_session_exits_with_4(
    run: Run, profiles: Mapping[str, str], profile: str, arguments: tuple[str, ...]
) -> None:
    told = run("--profile", profile, *arguments, extra=profiles)
    assert (told.returncode, told.stdout) == (4, "")
    assert told.stderr.startswith("runnel: ")


@BOTH
def test_ctrl_c_during_an_answer_keeps_what_came_and_exits_with_130(
    start: Start, profile: str
) -> None:
    command = start("ask", "--profile", profile, "a long one, please")
    came = command.out.read(64)
    command.process.send_signal(signal.SIGINT)
    rest, told = command.process.communicate(timeout=20)
    assert command.process.returncode == 130
    assert (came + rest).startswith(b"# The long story")
    assert b"Traceback" not in told


@BOTH
def test_a_reader_that_has_enough_is_no_failure(start: Start, profile: str) -> None:
    command = start("ask", "--profile", profile, "a long one, please")
    assert command.out.read(16)
    command.out.close()
    told = command.told.read()
    assert command.process.wait(20) == 0
    assert told.count(b"\n") == 1, "the id of the session and nothing else"


def test_no_secret_is_told_by_any_command_or_by_the_list_of_processes(
    run: Run, start: Start, profiles: Mapping[str, str], server: Server
) -> None:
    command = start("ask", "a slow one, please")
    assert command.told.readline().startswith(b"session ")
    command_line = Path(f"/proc/{command.process.pid}/cmdline")
    if command_line.exists():
        assert server.key.encode() not in command_line.read_bytes()
    out, told = command.process.communicate(timeout=30)
    said = (out + told).decode()
    wrong = {
        **profiles,
        "RUNNEL_PROFILES__WORK__TOKEN": "wrong-but-secret",
        "RUNNEL_PROFILES__LAB__PASSWORD": "wrong-but-secret",
    }
    for extra in (profiles, wrong):
        for arguments in (
            ("login",),
            ("login", "--profile", "lab"),
            ("profiles",),
            ("profiles", "--json"),
            ("ask", "--json", "echo x"),
            ("sessions", "--profile", "lab"),
        ):
            ended = run(*arguments, extra=extra)
            said += ended.stdout + ended.stderr
    for secret in (server.key, server.password, "wrong-but-secret"):
        assert secret not in said
