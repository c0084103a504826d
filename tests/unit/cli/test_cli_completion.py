from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.e2e.hostile_texts import leaks
from tests.tables import each_row
from tests.unit.cli.conftest import Environment, Run
from tui.model import Session
from tui.safe_text import SafeText
from tui.store.session_ids import SESSION_IDS_FILE, SessionIdFile

SHELLS = ("bash", "zsh", "fish")
CONFIG = """
default_profile = "lab"
[profiles.work]
api = "gpt-trainer"
host = "chatwize"
[profiles.lab]
api = "hardwire"
base_url = "http://localhost:1"
email = "me@x.example"
"""
THEME = 'name = "night, plain"\nprimary = "#336699"\n'
HOSTILE_IDS = ("\x1b]52;c;aGk=\x07", "two\nlines", "-rf", "", "\u202eabc", "x" * 300)
WEIRD_ID = "$(touch pwned);`id`"


@pytest.fixture
def environment(environment: Environment, tmp_path: Path) -> Environment:
    folder = tmp_path / "config" / "runnel"
    (folder / "themes").mkdir(parents=True)
    (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
    (folder / "themes" / "night.toml").write_text(THEME, encoding="utf-8")
    file = SessionIdFile(tmp_path / "state" / "runnel" / SESSION_IDS_FILE)
    then = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
    file.save("work", [Session("w1", updated_at=then), Session("w2")])
    listed = [Session("l1", SafeText("A secret title"), updated_at=then), Session(WEIRD_ID)]
    file.save("lab", [*listed, *map(Session, HOSTILE_IDS)])
    return environment


def completed(run: Run, line: str, shell: str = "bash") -> list[str]:
    """Return the values that are offered for the last word of a line."""
    before, _, word = line.rpartition(" ")
    variables = {"_RUNNEL_COMPLETE": f"{shell}_complete", "COMP_WORDS": line}
    variables["COMP_CWORD"] = word if shell == "fish" else str(len(before.split()))
    code, out, err = run(variables=variables)
    assert (code, err) == (0, "")
    # fish parts a value from its help with a tab
    assert leaks(out.replace("\t", " ").encode(), is_terminal=False) == []
    lines = out.splitlines()
    if shell == "zsh":
        return [lines[at] for at in range(1, len(lines), 3)]
    return [each.partition(",")[2].partition("\t")[0] for each in lines if each]


CASES = [
    ("runnel pro", ["profiles"]),
    ("runnel --prof", ["--profile"]),
    ("runnel --profile ", ["work", "lab"]),
    ("runnel sessions --profile w", ["work"]),
    ("runnel demo --profile ", ["demo-hardwire", "demo-gpt"]),
    ("runnel --theme runnel-", ["runnel-dark", "runnel-light"]),
    ("runnel --profile work messages ", ["w1", "w2"]),
    ("runnel messages --profile work w2", ["w2"]),
    ("runnel ask --session l", ["l1"]),
    ("runnel completion ", [*SHELLS]),
    ("runnel search fru", ["frustrated:"]),
    ("runnel sessions feedback:d", ["feedback:down"]),
    ("runnel forget --before 7d refund rol", ["role:"]),
    ("runnel stats after:y", ["after:yesterday"]),
    ("runnel export l", ["l1", "label:", "lead:"]),
    ("runnel export --profile work feedback:u", ["feedback:up"]),
    ("runnel search nothing:", []),
    ("runnel --version ", []),
    ("runnel ask ", []),
]


@each_row("shell", SHELLS)
@each_row(("line", "offered"), CASES)
def test_each_shell_is_offered_what_can_stand_there(
    run: Run, shell: str, line: str, offered: list[str]
) -> None:
    found = completed(run, line, shell)
    assert found == offered or (line == "runnel --version " and "ask" in found)


def test_a_default_profile_is_asked_of_when_none_is_named(run: Run) -> None:
    assert completed(run, "runnel messages ", "fish") == ["l1", WEIRD_ID]


def test_what_has_a_meaning_in_the_shell_is_quoted_for_the_one_that_does_not(run: Run) -> None:
    assert completed(run, "runnel messages $", "bash") == [f"'{WEIRD_ID}'"]
    assert completed(run, "runnel --theme ni", "bash") == ["'night, plain'"]
    assert completed(run, "runnel --theme ni", "fish") == ["night, plain"]


def test_what_is_joined_by_a_sign_is_completed_as_bash_splits_it(run: Run) -> None:
    for words, offered in (
        (("runnel", "--profile", "=", "wo"), ["plain,work"]),
        (("runnel", "search", "feedback", ":", "d"), ["plain,down"]),
        (("runnel", "search", "feedback", ":"), ["plain,down", "plain,up"]),
        (("runnel", "search", ":"), []),
    ):
        at = str(len(words) - 1)
        variables = {"_RUNNEL_COMPLETE": "bash_complete", "COMP_CWORD": at}
        _, out, _ = run(variables={**variables, "COMP_WORDS": "\n".join(words)})
        assert sorted(out.split()) == offered


@each_row(
    ("instruction", "words", "position"),
    [
        ("bash_complete", None, None),
        ("bash_complete", "runnel ", "x"),
        ("bash_complete", "", "5"),
        ("zsh_complete", "'", "-1"),
        ("tcsh_source", "runnel ", "1"),
        ("bash", "runnel ", "1"),
        ("bash_complete_x", "runnel ", "1"),
    ],
)
def test_a_call_that_makes_no_sense_says_nothing(
    run: Run, instruction: str, words: str | None, position: str | None
) -> None:
    variables = {"_RUNNEL_COMPLETE": instruction}
    if words is not None and position is not None:
        variables |= {"COMP_WORDS": words, "COMP_CWORD": position}
    code, out, err = run(variables=variables)
    assert err == ""
    assert code == 0 or out == ""


@each_row("line", ["runnel --profile ", "runnel --theme ", "runnel messages "])
@each_row("fault", ["= =", 'profiles = 3\ndefault_profile = 4\n"\\u001b" = 1'])
def test_a_broken_configuration_completes_nothing_and_says_nothing(
    run: Run, tmp_path: Path, line: str, fault: str
) -> None:
    config = tmp_path / "broken.toml"
    config.write_text(fault, encoding="utf-8")
    variables = {"RUNNEL_CONFIG": str(config), "COMP_WORDS": line, "COMP_CWORD": "2"}
    _, out, err = run(variables={**variables, "_RUNNEL_COMPLETE": "bash_complete"})
    assert err == ""
    assert leaks(out.encode(), is_terminal=False) == []


def test_ids_are_kept_without_titles_and_for_our_eyes_only(
    run: Run, environment: Environment, tmp_path: Path
) -> None:
    file = tmp_path / "state" / "runnel" / SESSION_IDS_FILE
    assert file.stat().st_mode & 0o777 == 0o600
    assert "secret" not in file.read_text(encoding="utf-8")
    file.write_text(json.dumps({"lab": [["x", "y"], ["z"], 3], "work": 4}), encoding="utf-8")
    assert completed(run, "runnel messages ") == ["x"]
    file.chmod(0o644)
    assert completed(run, "runnel messages ") == []


def test_a_session_that_was_deleted_is_completed_no_more(
    run: Run, environment: Environment, tmp_path: Path
) -> None:
    assert "l1" in completed(run, "runnel messages ")
    file = SessionIdFile(tmp_path / "state" / "runnel" / SESSION_IDS_FILE)
    file.save("lab", [Session("l2")], {"l1", "no longer there"})
    offered = completed(run, "runnel messages ")
    assert "l2" in offered
    assert "l1" not in offered


def test_every_script_comes_from_the_command_and_from_the_variable(run: Run) -> None:
    for shell in SHELLS:
        code, script, err = run("completion", shell)
        assert (code, err) == (0, "")
        assert f"{shell}_complete" in script
        # what goes wrong must not stand across the line that is being typed
        assert "2>/dev/null" in script
        _, same, _ = run(variables={"_RUNNEL_COMPLETE": f"{shell}_source"})
        assert same.strip() == script.strip()


BASH = """
source script
ask() {
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
    _runnel_completion runnel
    printf '<%s>' "${COMPREPLY[@]}"; echo
}
ask runnel ses
ask runnel --profile = w
ask runnel --theme ni
ask runnel messages '$'
ask runnel search feedback : d
RUNNEL_CONFIG=/nowhere ask runnel --profile ''
PATH=/nowhere ask runnel ''
complete -p runnel
"""


@pytest.mark.slow
def test_the_script_works_in_bash(run: Run, environment: Environment, tmp_path: Path) -> None:
    bash = shutil.which("bash")
    assert bash is not None
    (tmp_path / "script").write_text(run("completion", "bash")[1], encoding="utf-8")
    command = tmp_path / "runnel"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m tui "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    done = subprocess.run(
        [bash, "--norc", "-c", BASH],
        env={**environment, "PATH": f"{tmp_path}:{environment['PATH']}"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "<sessions>",
        "<work>",
        "<'night, plain'>",
        f"<'{WEIRD_ID}'>",
        "<down>",
        "<>",
        "<>",
        "complete -o nosort -F _runnel_completion runnel",
    ]
    assert not (tmp_path / "pwned").exists()
