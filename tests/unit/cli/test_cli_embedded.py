"""Commands at the embedded server, inside the process of the test."""

from __future__ import annotations

import json
import stat
from datetime import datetime
from pathlib import Path

import pytest

from tests.tables import each_row
from tests.unit.cli.conftest import Environment, Run
from tui.server import DEMO_EMAIL, DEMO_KEY, DEMO_PASSWORD, UNVERIFIED_EMAIL, EmbeddedServer

pytestmark = pytest.mark.usefixtures("profiles")

WORK = "RUNNEL_PROFILES__WORK__"
LAB = "RUNNEL_PROFILES__LAB__"
BOTH = pytest.mark.parametrize("profile", ["work", "lab"])
NASTY = "\n data: x\n\n42 null — 日本語 👩‍👩‍👧 [x](y)"
QUESTION = "echo nobody else may read this"
WRONG = "wr0ng-s3cret-value"


@BOTH
def test_a_question_its_session_and_its_messages(run: Run, profile: str) -> None:
    code, out, err = run("ask", "--profile", profile, f"echo {NASTY}")
    assert code == 0
    session = err.split()[-1]
    assert err == f"session {session}\n"
    assert out == f"{NASTY}\n"
    code, again, err = run("ask", "--profile", profile, "--session", session, "echo and more")
    assert (code, again, err) == (0, "and more\n", "")
    code, listed, _ = run("messages", "--profile", profile, session, "--json")
    assert code == 0
    messages = json.loads(listed)
    assert [each["role"] for each in messages] == ["user", "assistant"] * 2
    assert [each["text"] for each in messages[1:]] == [NASTY, "echo and more", "and more"]
    assert {each["standing"] for each in messages} == {"stored"}
    code, told, _ = run("messages", "--profile", profile, session)
    assert code == 0
    assert told.startswith("--- You, ")
    assert "--- Bot, " in told
    assert "\nand more\n" in told
    code, listed, _ = run("sessions", "--profile", profile, "--json")
    sessions = json.loads(listed)
    assert len(sessions) >= 8
    assert all(each["updated_at"] for each in sessions)
    assert session in [each["id"] for each in sessions]


@BOTH
def test_sessions_are_lines_of_id_time_and_title(run: Run, profile: str) -> None:
    # a list that comes slowly says how many titles it had no time to read
    assert run("sync", "--profile", profile)[0] == 0
    code, out, err = run("sessions", "--profile", profile)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert len(lines) >= 5
    assert all(len(line.split(maxsplit=2)) == 3 for line in lines)
    times = [datetime.fromisoformat(line.split()[1]) for line in lines]
    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize(
    ("profile", "who"),
    [("work", "key accepted, 3 chatbots"), ("lab", f"Demo ({DEMO_EMAIL})")],
)
def test_login_says_who_is_signed_in(run: Run, profile: str, who: str) -> None:
    assert run("login", "--profile", profile) == (0, f"{profile}: {who}\n", "")


def test_profiles_come_as_lines_and_as_json(run: Run, server: EmbeddedServer) -> None:
    _, lines, _ = run("profiles")
    assert [line.split() for line in lines.splitlines()] == [
        ["lab", "hardwire", server.url],
        ["*", "work", "gpt-trainer", server.url],
    ]
    _, listed, _ = run("profiles", "--json")
    assert {each["name"]: each["default"] for each in json.loads(listed)} == {
        "lab": False,
        "work": True,
    }


@BOTH
def test_stdin_is_the_question(run: Run, profile: str) -> None:
    question = "echo one\ntwo \xff".encode("latin-1") + b"\n"
    code, out, _ = run("ask", "--profile", profile, "-", stdin=question)
    assert code == 0
    assert out == "one\ntwo \ufffd\n"


@BOTH
def test_events_end_with_the_stored_messages_and_their_tools(run: Run, profile: str) -> None:
    code, out, _ = run("ask", "--profile", profile, "--json", "tools")
    assert code == 0
    events = [json.loads(line) for line in out.splitlines()]
    assert events[-1]["event"] == "settled"
    answer = events[-1]["answer"]
    assert answer["standing"] == "stored"
    assert not answer["id"].startswith("local-")
    tools = [part for part in answer["parts"] if part["type"] == "tool"]
    assert len(tools) == 3
    assert [tool["state"] for tool in tools].count("failed") == 1
    streamed = "".join(event["text"] for event in events if event["event"] == "text")
    assert streamed == answer["text"]
    code, out, _ = run("ask", "--profile", profile, "tools")
    assert (code, out) == (0, f"{streamed}\n")
    if profile == "work":
        session = next(each for each in events if each["event"] == "session_created")["session"]
        _, listed, _ = run("messages", session["id"], "--json", "--profile", profile)
        tools = [part for part in json.loads(listed)[1]["parts"] if part["type"] == "tool"]
        assert [tool["state"] for tool in tools] == ["done", "failed", "done"]


@BOTH
def test_an_answer_that_breaks_ends_with_1_after_what_came(run: Run, profile: str) -> None:
    code, out, err = run("ask", "--profile", profile, "error")
    assert code == 1
    assert out.startswith("To find the leak")
    assert "\nrunnel: " in err
    assert "upstream connection reset" in err


@each_row(
    ("variables", "arguments", "code", "words"),
    [
        ({f"{WORK}TOKEN": WRONG}, ["login"], 3, "rejected this API key"),
        ({f"{WORK}TOKEN": WRONG}, ["sessions"], 3, "rejected this API key"),
        ({f"{WORK}TOKEN": WRONG}, ["ask", "x"], 3, "rejected this API key"),
        ({f"{LAB}PASSWORD": WRONG}, ["login", "--profile", "lab"], 3, "does not accept"),
        ({f"{LAB}PASSWORD": WRONG}, ["ask", "--profile", "lab", "x"], 3, "does not accept"),
        (
            {f"{LAB}EMAIL": UNVERIFIED_EMAIL},
            ["login", "--profile", "lab"],
            3,
            "is not verified yet",
        ),
        ({f"{LAB}EMAIL": UNVERIFIED_EMAIL}, ["ask", "--profile", "lab", "x"], 3, "not verified"),
        ({f"{LAB}PASSWORD": ""}, ["login", "--profile", "lab"], 2, "password"),
        ({f"{LAB}BASE_URL": "ftp://x"}, ["sessions"], 2, "base_url"),
        ({f"{WORK}BASE_URL": "http://a b"}, ["ask", "x"], 2, "base_url"),
        ({f"{WORK}CHATBOT": ""}, ["ask", "x"], 2, "chatbot"),
        ({f"{WORK}CHATBOT": ""}, ["sessions"], 2, "chatbot"),
        ({f"{WORK}TOKN": "x"}, ["login"], 2, f"did you mean {WORK}TOKEN?"),
        ({f"{WORK}TOKN": "x"}, ["ask", "x"], 2, f"did you mean {WORK}TOKEN?"),
        ({"RUNNEL_DEFAULT_PROFILE": "wrok"}, ["login"], 2, "'wrok'"),
        ({}, ["--profile", "wrk", "login"], 2, "There is no profile 'wrk'"),
        ({}, ["ask", "--profile", "wrk", "x"], 2, "There is no profile 'wrk'"),
        ({}, ["messages", "0" * 32], 4, ""),
        ({}, ["messages", "--profile", "lab", "3f1f8a30-0000-4000-8000-000000000000"], 4, ""),
        ({}, ["ask", "--session", "0" * 32, "x"], 4, ""),
        ({}, ["ask", "--profile", "lab", "--session", "nosuch", "x"], 4, ""),
        ({}, ["ask", "--session", "", "x"], 2, ""),
    ],
)
def test_bad_input_is_a_sentence_and_an_exit_code(
    run: Run, variables: dict[str, str], arguments: list[str], code: int, words: str
) -> None:
    got, out, err = run(*arguments, variables=variables)
    assert (got, out) == (code, "")
    first, *rest = err.splitlines()
    assert first.startswith("runnel: ")
    assert words in first
    assert len(rest) <= 1, "a hint at most"
    assert WRONG not in err


@each_row("arguments", [["login", "--profile", "lab"], ["ask", "x"]])
def test_only_a_lost_connection_may_come_back(run: Run, arguments: list[str]) -> None:
    address = "http://127.0.0.1:1"
    away = {f"{WORK}BASE_URL": address, f"{LAB}BASE_URL": address}
    code, out, err = run(*arguments, variables=away)
    assert (code, out) == (1, "")
    told = err.splitlines()
    assert told[0] == f"runnel: Cannot reach {address} (connection refused)."
    assert len(told) <= 2


def test_a_text_over_the_limit_is_refused(run: Run) -> None:
    code, out, err = run("ask", "--profile", "lab", "-", stdin=b"x" * 102_401)
    assert (code, out) == (2, "")
    assert "at most 102,400 are taken" in err


COMMANDS = [
    ("login",),
    ("profiles",),
    ("profiles", "--json"),
    ("ask", QUESTION),
    ("ask", "--json", QUESTION),
    ("sessions", "--json"),
]


@BOTH
def test_no_command_and_no_log_tells_a_secret(run: Run, tmp_path: Path, profile: str) -> None:
    log = tmp_path / "runnel.log"
    told = ""
    for command in COMMANDS:
        code, out, err = run("--profile", profile, "--log", str(log), *command)
        assert code == 0
        told += out + err
    logged = log.read_text()
    for secret in (DEMO_KEY, DEMO_PASSWORD, "session_token=", "Bearer "):
        assert secret not in told + logged
    assert QUESTION.removeprefix("echo ") in told
    assert "nobody else" not in logged
    assert "HTTP 200" in logged
    assert "event TextDelta" in logged
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


@BOTH
def test_a_refused_secret_is_told_nowhere(run: Run, tmp_path: Path, profile: str) -> None:
    log = tmp_path / "runnel.log"
    wrong = {f"{WORK}TOKEN": WRONG, f"{LAB}PASSWORD": WRONG}
    for command, code in (("login", 3), ("sessions", 3), ("profiles", 0)):
        got, out, err = run("--profile", profile, "--log", str(log), command, variables=wrong)
        assert got == code
        assert WRONG not in out + err
    assert WRONG not in log.read_text()


def test_without_a_profile_the_embedded_server_answers(run: Run, environment: Environment) -> None:
    for variable in [each for each in environment if each.startswith("RUNNEL_")]:
        del environment[variable]
    code, out, err = run("ask", "echo hello")
    assert (code, out) == (0, "hello\n")
    assert err.startswith("No profiles yet: this is the embedded server.\nsession ")


@BOTH
def test_the_shell_completes_the_sessions_listed_here_until_logout(run: Run, profile: str) -> None:
    asked = {"_RUNNEL_COMPLETE": "zsh_complete", "COMP_WORDS": "runnel messages", "COMP_CWORD": "2"}
    asked["RUNNEL_DEFAULT_PROFILE"] = profile
    assert run(variables=asked)[1].split() == []
    ids = [line.split()[0] for line in run("sessions", "--profile", profile)[1].splitlines()]
    made = run("ask", "--profile", profile, "echo hello")[2].split()[-1]
    assert run(variables=asked)[1].splitlines()[1::3] == [made, *ids]
    run("logout", "--profile", profile)
    assert run(variables=asked)[1].split() == []
