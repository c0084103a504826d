import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from tui.server import DEMO_EMAIL, DEMO_KEY, DEMO_PASSWORD, UNVERIFIED_EMAIL, EmbeddedServer

Environment = dict[str, str]
Run = Callable[..., tuple[int, str, str]]

GPT = "RUNNEL_PROFILES__GPT__"
LAB = "RUNNEL_PROFILES__LAB__"
NASTY = "\n data: x\n\n42 null — 日本語 👩‍👩‍👧 "


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedServer]:
    with EmbeddedServer(pace=0, seed=1) as running:
        yield running


@pytest.fixture
def environment(environment: Environment, server: EmbeddedServer) -> Environment:
    return {
        **environment,
        f"{GPT}API": "gpt-trainer",
        f"{GPT}BASE_URL": server.url,
        f"{GPT}TOKEN": DEMO_KEY,
        f"{GPT}CHATBOT": "5f1d0a6c83b94e2f9a57c6de10b42a91",
        f"{LAB}API": "hardwire",
        f"{LAB}BASE_URL": server.url,
        f"{LAB}EMAIL": DEMO_EMAIL,
        f"{LAB}PASSWORD": DEMO_PASSWORD,
        f"{LAB}MODEL": "gpt-5.2",
    }


@pytest.fixture(params=["gpt", "lab"])
def profile(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_question_its_session_and_its_messages(run: Run, profile: str) -> None:
    code, out, err = run("ask", "--profile", profile, f"echo {NASTY}")
    assert code == 0
    session = err.split()[-1]
    assert out.strip() == NASTY.strip()
    code, again, err = run("ask", "--profile", profile, "--session", session, "echo and more")
    assert (code, again, err) == (0, "and more\n", "")
    code, listed, _ = run("messages", "--profile", profile, session, "--json")
    assert code == 0
    messages = json.loads(listed)
    assert [each["role"] for each in messages] == ["user", "assistant"] * 2
    assert messages[1]["text"] + "\n" == out
    assert messages[3]["text"] == "and more"
    assert {each["standing"] for each in messages} == {"stored"}
    code, told, _ = run("messages", "--profile", profile, session)
    assert code == 0
    assert "\nand more\n" in told
    code, listed, _ = run("sessions", "--profile", profile, "--json")
    assert session in [each["id"] for each in json.loads(listed)]


def test_sessions_are_lines_of_id_time_and_title(run: Run, profile: str) -> None:
    code, out, err = run("sessions", "--profile", profile)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert len(lines) >= 5
    assert all(len(line.split(maxsplit=2)) == 3 for line in lines)
    times = [line.split()[1] for line in lines]
    assert times == sorted(times, reverse=True)


def test_login_says_who(run: Run, profile: str) -> None:
    code, out, _ = run("login", "--profile", profile)
    assert code == 0
    assert out.startswith(f"{profile}: ")
    assert DEMO_KEY not in out


def test_stdin_is_the_question(run: Run, profile: str) -> None:
    question = "echo one\ntwo \xff".encode("latin-1") + b"\n"
    code, out, _ = run("ask", "--profile", profile, "-", stdin=question)
    assert code == 0
    assert out == "one\ntwo \ufffd\n"


def test_events_end_with_the_stored_messages_and_their_tools(run: Run, profile: str) -> None:
    code, out, _ = run("ask", "--profile", profile, "--json", "tools")
    assert code == 0
    events = [json.loads(line) for line in out.splitlines()]
    assert events[-1]["event"] == "settled"
    tools = [part for part in events[-1]["answer"]["parts"] if part["type"] == "tool"]
    assert len(tools) == 3
    assert [tool["state"] for tool in tools].count("failed") == 1
    streamed = "".join(event["text"] for event in events if event["event"] == "text")
    assert streamed == events[-1]["answer"]["text"]


@pytest.mark.parametrize("profile", ["gpt", "lab"])
def test_an_answer_that_breaks_ends_with_1_after_what_came(run: Run, profile: str) -> None:
    code, out, err = run("ask", "--profile", profile, "error")
    assert code == 1
    assert len(out) > 10
    assert "\nrunnel: " in err


@pytest.mark.parametrize(
    ("variables", "arguments", "code"),
    [
        ({f"{GPT}TOKEN": "wrong-key"}, ["login", "--profile", "gpt"], 3),
        ({f"{GPT}TOKEN": "wrong-key"}, ["sessions", "--profile", "gpt"], 3),
        ({f"{LAB}PASSWORD": "wrong-word"}, ["login", "--profile", "lab"], 3),
        ({f"{LAB}PASSWORD": "wrong-word"}, ["ask", "--profile", "lab", "x"], 3),
        ({f"{LAB}EMAIL": UNVERIFIED_EMAIL}, ["login", "--profile", "lab"], 3),
        ({f"{LAB}PASSWORD": ""}, ["login", "--profile", "lab"], 2),
        ({f"{LAB}BASE_URL": "http://127.0.0.1:9"}, ["login", "--profile", "lab"], 1),
        ({f"{GPT}BASE_URL": "http://127.0.0.1:9"}, ["ask", "--profile", "gpt", "x"], 1),
        ({f"{GPT}BASE_URL": "ftp://x"}, ["sessions", "--profile", "lab"], 2),
        ({f"{GPT}CHATBOT": ""}, ["ask", "--profile", "gpt", "x"], 2),
        ({f"{GPT}CHATBOT": ""}, ["sessions", "--profile", "gpt"], 2),
        ({}, ["messages", "--profile", "gpt", "0" * 32], 4),
        ({}, ["messages", "--profile", "lab", "3f1f8a30-0000-4000-8000-000000000000"], 4),
        ({}, ["ask", "--profile", "gpt", "--session", "0" * 32, "x"], 4),
        ({}, ["ask", "--profile", "gpt", "--session", "", "x"], 2),
    ],
)
def test_bad_input_is_a_sentence_and_an_exit_code(
    run: Run, variables: dict[str, str], arguments: list[str], code: int
) -> None:
    got, out, err = run(*arguments, variables=variables)
    assert got == code
    assert out == ""
    assert err.splitlines()[-2].startswith("runnel: ")
    assert "wrong-" not in err


def test_a_text_over_the_limit_is_refused(run: Run) -> None:
    code, out, err = run("ask", "--profile", "lab", "-", stdin=b"x" * 110_000)
    assert (code, out) == (2, "")
    assert "102,400" in err


def test_a_reader_who_leaves_is_no_error(environment: Environment) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tui", "ask", "--profile", "gpt", "long"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        err = process.stderr.read().decode()
        assert process.wait(30) == 0
    assert len(err.splitlines()) == 1


def test_another_encoding_of_stdout_is_no_crash(run_process: Run) -> None:
    ascii_only = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    code, out, _ = run_process("ask", "--profile", "gpt", "echo é", variables=ascii_only)
    assert (code, out) == (0, "\\xe9\n")
    code, out, _ = run_process("ask", "--profile", "gpt", "--json", "echo 👩", variables=ascii_only)
    assert code == 0
    assert json.loads(out.splitlines()[-1])["answer"]["text"] == "👩"


@pytest.mark.parametrize("arguments", [[], ["--json"]])
def test_ctrl_c_keeps_what_came(environment: Environment, arguments: list[str]) -> None:
    slower = EmbeddedServer(pace=1)
    with (
        slower,
        subprocess.Popen(
            [sys.executable, "-m", "tui", "ask", "--profile", "lab", "long", *arguments],
            env={**environment, f"{LAB}BASE_URL": slower.url},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        first = process.stdout.read(400)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
        assert process.returncode == 130
    assert (first + out).endswith("\n")
    assert "You stopped here" in err
    if arguments:
        assert json.loads(out.splitlines()[-1])["event"] == "settled"


def test_without_a_profile_the_embedded_server_answers(run: Run, environment: Environment) -> None:
    for variable in [each for each in environment if each.startswith("RUNNEL_")]:
        del environment[variable]
    code, out, err = run("ask", "echo hello")
    assert (code, out) == (0, "hello\n")
    assert err.startswith("No profile is configured: this is the embedded server.\nsession ")


def test_the_shell_completes_the_sessions_listed_here_until_logout(run: Run, profile: str) -> None:
    asked = {"_RUNNEL_COMPLETE": "zsh_complete", "COMP_WORDS": "runnel messages", "COMP_CWORD": "2"}
    asked["RUNNEL_DEFAULT_PROFILE"] = profile
    assert run(variables=asked)[1].split() == []
    ids = [line.split()[0] for line in run("sessions", "--profile", profile)[1].splitlines()]
    made = run("ask", "--profile", profile, "echo hello")[2].split()[-1]
    assert run(variables=asked)[1].splitlines()[1::3] == [made, *ids]
    run("logout", "--profile", profile)
    assert run(variables=asked)[1].split() == []
