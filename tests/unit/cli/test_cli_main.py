import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from tests.tables import each_row
from tui import cli

Environment = dict[str, str]
Run = Callable[..., tuple[int, str, str]]

HEAVY = ("textual", "httpx", "starlette", "uvicorn", "pydantic_settings", "pydantic")


def test_help_imports_nothing_heavy(environment: Environment) -> None:
    code = (
        "import sys\n"
        "from tui.cli import main\n"
        "for line in sys.argv[1:]:\n"
        "    code = main(line.split())\n"
        f"    heavy = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "    print(line, code, heavy, file=sys.stderr)"
    )
    lines = ["--help", "ask --help", "--version"]
    done = subprocess.run(
        [sys.executable, "-c", code, *lines],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stderr.splitlines() == [f"{line} 0 []" for line in lines]
    for words in ("Commands:", "Usage: runnel ask", "runnel 0"):
        assert words in done.stdout


def test_help_names_every_command(run: Run) -> None:
    code, out, _ = run("--help")
    assert code == 0
    commands = {
        line.split()[0] for line in out.partition("Commands:")[2].splitlines() if line.strip()
    }
    assert commands >= {
        "ask",
        "config",
        "demo",
        "doctor",
        "login",
        "messages",
        "profiles",
        "server",
        "sessions",
    }


def test_help_tells_whole_what_each_command_does(run: Run) -> None:
    context = click.Context(cli.runnel)
    commands = {
        name: cli.runnel.get_command(context, name) for name in cli.runnel.list_commands(context)
    }
    groups = [[name] for name, each in commands.items() if isinstance(each, click.Group)]
    assert ["tape"] in groups
    for group in [[], *groups]:
        _, out, _ = run(*group, "--help")
        assert "..." not in out.partition("Commands:")[2], group


@pytest.mark.parametrize("command", ["ask", "sessions", "messages"])
def test_help_tells_how_to_write_for_programs_and_to_files(run: Run, command: str) -> None:
    _, out, _ = run(command, "--help")
    assert "-o, --output FILE" in out
    assert "--json" in out


@each_row(
    ("arguments", "said"),
    [
        (["ask"], "Missing argument 'TEXT|-'"),
        (["sesions"], "No such command 'sesions'; did you mean 'sessions'?"),
        (["xyzzy"], "No such command 'xyzzy'."),
        (["server", "--port", "70000"], "'--port'"),
        (["server", "--pace", "-1"], "'--pace'"),
    ],
)
def test_wrong_usage_ends_with_2(run: Run, arguments: list[str], said: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert said in err


@pytest.mark.parametrize("text", ["", " \n "])
def test_an_empty_question_is_refused_before_anything_else(run: Run, text: str) -> None:
    code, out, err = run("ask", text)
    assert (code, out) == (2, "")
    assert err.startswith("runnel: There is nothing to ask.\n")


def test_an_empty_stdin_is_an_empty_question(run: Run) -> None:
    assert run("ask", "-", stdin=b"\n")[0] == 2


def test_the_app_needs_a_terminal(run: Run) -> None:
    code, _, err = run()
    assert code == 2
    assert err.startswith("runnel: The full-screen app needs a terminal.\n")


@each_row("command", [("sessions",), ("login",), ("profiles",), ("ask", "hello")])
def test_broken_settings_are_one_sentence_and_a_hint(
    run: Run, tmp_path: Path, command: tuple[str, ...]
) -> None:
    # where it is looked for, unless RUNNEL_CONFIG names another
    config = tmp_path / "config" / "runnel" / "config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text("theme = = 3", encoding="utf-8")
    code, out, err = run(*command)
    assert (code, out) == (2, "")
    assert err.splitlines() == [
        "runnel: config.toml is not valid TOML: Invalid value (at line 1, column 9).",
        f"The file is {config}.",
    ]


def test_no_option_takes_a_secret(run: Run) -> None:
    for command in ((), ("login",), ("logout",), ("ask",), ("sessions",), ("messages",)):
        code, out, _ = run(*command, "--help")
        assert code == 0
        for word in ("--token", "--password", "--key", "--cookie"):
            assert word not in out


def test_a_log_that_cannot_be_written_is_one_sentence(run: Run, tmp_path: Path) -> None:
    assert run("--log", str(tmp_path), "sessions") == (
        2,
        "",
        f"runnel: The log cannot be written to {tmp_path}: Is a directory.\n"
        "Name another file with --log.\n",
    )


def test_without_profiles_the_embedded_ones_are_listed(run: Run) -> None:
    code, out, err = run("profiles")
    assert code == 0
    assert out.splitlines() == [
        "*  demo-hardwire  hardwire     embedded server",
        "   demo-gpt       gpt-trainer  embedded server",
    ]
    assert err.startswith("No profiles yet.")


@pytest.mark.parametrize(
    "arguments", [["--profile", "lab", "profiles"], ["profiles", "--profile", "lab"]]
)
def test_a_profile_may_be_chosen_before_or_after_the_command(
    run: Run, tmp_path: Path, arguments: list[str]
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(
        '[profiles.work]\napi = "gpt-trainer"\nhost = "chatwize"\ntoken = "hidden"\n'
        '[profiles.lab]\napi = "hardwire"\nbase_url = "localhost:3026/"\nemail = "me@x.example"\n',
        encoding="utf-8",
    )
    config.chmod(0o644)
    code, out, err = run(*arguments, "--json", variables={"RUNNEL_CONFIG": str(config)})
    assert code == 0
    listed = json.loads(out)
    assert [(each["name"], each["default"]) for each in listed] == [("work", False), ("lab", True)]
    assert [each["base_url"] for each in listed] == [
        "https://app.chatwize.ai",
        "http://localhost:3026",
    ]
    assert "Others on this machine can read [profiles.work] token" in err
    assert "hidden" not in out + err


def test_an_unknown_profile_names_the_nearest(run: Run) -> None:
    code, _, err = run("sessions", "--profile", "demo-hardwir")
    assert code == 2
    assert err.startswith(
        "runnel: There is no profile 'demo-hardwir'; did you mean 'demo-hardwire'?\n"
    )
