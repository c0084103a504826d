from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.fakes import NOON
from tests.tables import each_row
from tests.unit.cli.conftest import Environment, Run
from tui.checks.reading import SuiteText
from tui.model import Session
from tui.store.sqlite import STORE_FILE
from tui.store.sqlite.codec import decoded, encoded
from tui.values import replace

pytestmark = pytest.mark.usefixtures("profiles")

SUITE = """
name = "Lab"
[variables]
word = "lantern"
[[case]]
name = "holds"
ask = "What is {{word}}?"
lacks = "no such words"
max_seconds = 60
[[case]]
name = "fails"
ask = "And this?"
contains = "no such words"
"""


@pytest.fixture
def suite(tmp_path: Path) -> str:
    path = tmp_path / "lab.toml"
    path.write_text(SUITE)
    return str(path)


def session_ids(run: Run, profile: str) -> set[str]:
    return {each["id"] for each in json.loads(run("sessions", "--json", "--profile", profile)[1])}


@pytest.mark.parametrize("profile", ["work", "lab"])
def test_a_suite_is_asked_judged_and_nothing_of_it_is_left(
    run: Run, suite: str, profile: str, tmp_path: Path
) -> None:
    before = session_ids(run, profile)
    report = tmp_path / "report.xml"
    code, out, err = run("check", suite, "--profile", profile, "--junit", str(report))
    assert code == 1
    assert out.startswith(
        "holds    holds\nFAILS    fails\n    And this? → it lacks “no such words”\n"
    )
    assert "Lab: 1 of 2 cases hold; 2 questions, answered in " in out
    assert err == "This sends 2 questions.\n"
    assert session_ids(run, profile) == before
    assert [each.get("failures") for each in ElementTree.parse(report).getroot()] == ["1"]


def test_a_run_is_compared_with_one_before(run: Run, suite: str, tmp_path: Path) -> None:
    before = tmp_path / "before.json"
    arguments = ("check", suite, "--profile", "lab", "--case", "holds")
    code, _, _ = run(*arguments, "--json", "-o", str(before))
    assert code == 0
    [record] = json.loads(before.read_text())
    [case] = record["cases"]
    assert (record["verdict"], case["held"], case["of"]) == ("holds", 1, 1)
    assert (case["bot"], case["bot_name"]) == ("lantern-large", "Lantern Large")
    answer = case["attempts"][0]["turns"][0]
    assert "lantern" in answer["question"]
    answer["answer"] += " And more."
    before.write_text(json.dumps([record]))
    code, out, _ = run(*arguments, "--against", str(before), "--repeat", "2", "--jobs", "2")
    assert code == 0
    assert out.startswith("holds   2 of 2  holds\n    changed: ")
    assert "[-And more.-]" in out
    assert out.endswith(" Answers changed in 1 case.\n")


def test_a_run_is_kept_and_compared_with_the_one_before_it(run: Run, suite: str) -> None:
    arguments = ("check", suite, "--profile", "lab", "--against", "last", "--set")
    code, out, err = run(*arguments, "word=lantern")
    assert "Lab has no earlier run here to be compared with.\n" in err
    assert "changed" not in out
    _, out, _ = run(*arguments, "word=lantern")
    assert out.endswith(" No answer changed.\n")
    code, out, err = run(*arguments, "word=torch")
    assert code == 1
    assert "no earlier run" not in err
    assert "“What is [-lantern?”-] {+torch?”+}" in out
    # another suite of that name has no earlier run, however many this one has
    namesake = Path(suite).with_name("namesake.toml")
    namesake.write_bytes(Path(suite).read_bytes())
    assert "no earlier run" in run("check", str(namesake), *arguments[2:], "word=lantern")[2]
    _, out, err = run(*arguments, "word=torch")
    assert (out.endswith(" No answer changed.\n"), "no earlier run" in err) == (True, False)
    code, out, _ = run("check", "runs", "Lab", "--profile", "lab")
    assert code == 0
    assert [line.split("  ")[1] for line in out.splitlines()] == ["Lab: 1 of 2 cases hold"] * 5
    records = json.loads(run("check", "runs", "--json", "--profile", "lab")[1])
    assert "torch" in records[0]["cases"][0]["attempts"][0]["turns"][0]["question"]
    assert run("check", "runs", "Lob", "--profile", "lab")[0] == 4
    assert run("check", "runs", "--profile", "work")[0] == 4


def test_two_bots_are_asked_and_each_is_named(run: Run, suite: str) -> None:
    code, out, _ = run(
        "check", suite, "--profile", "lab", "--bot", "lantern-large", "--model", "lantern-small",
        "--case", "holds", "--keep",
    )  # fmt: skip
    assert code == 0
    assert out.count("holds    holds (") == 2


@each_row(
    ("arguments", "code", "told"),
    [
        (["--case", "fail"], 4, "There is no case 'fail'; did you mean 'fails'?"),
        (["--bot", "lantern-huge"], 4, "There is no model 'lantern-huge'; did you mean"),
        (["--set", "wrod=3"], 2, "variables has no 'wrod'; did you mean 'word'?"),
        (["--set", "word"], 2, "NAME=VALUE"),
        (["--repeat", "11"], 2, "This sends 22 questions."),
        (["--against", "nowhere.json"], 2, "nowhere.json cannot be read"),
        (["--repeat", "0"], 2, "0 is not in the range"),
    ],
)
def test_what_cannot_be_done_is_told_and_nothing_is_asked(
    run: Run, suite: str, arguments: list[str], code: int, told: str
) -> None:
    before = session_ids(run, "lab")
    ended, out, err = run("check", suite, "--profile", "lab", *arguments)
    assert (ended, out) == (code, "")
    assert told in err
    assert session_ids(run, "lab") == before


def test_a_refused_key_ends_with_3(run: Run, suite: str) -> None:
    wrong = {"RUNNEL_PROFILES__WORK__TOKEN": "gpt-wrong"}
    code, _, err = run("check", suite, variables=wrong)
    assert code == 3
    assert "key" in err


def test_the_example_is_written_once_and_can_be_asked(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    assert run("check", "new", str(path))[0] == 0
    code, _, err = run("check", "new", str(path))
    assert code == 2
    assert "mine.toml" in err
    assert run("check", "new")[1] == path.read_text()
    code, out, _ = run("check", str(path), "--profile", "lab", "--case", "It answers")
    assert (code, out.splitlines()[0]) == (0, "holds    It answers")
    SuiteText("mine.toml", path.read_text()).suite({})
    assert '"$schema"' in run("check", "schema")[1]


def test_a_session_becomes_a_case_that_can_be_asked(run: Run, tmp_path: Path) -> None:
    session_id = json.loads(run("sessions", "--json")[1])[0]["id"]
    code, out, _ = run("check", "from", session_id)
    assert code == 0
    [whole] = SuiteText("from.toml", out).suite({}).cases
    [alone] = (
        SuiteText("one.toml", run("check", "from", session_id, "--exchange", "1")[1])
        .suite({})
        .cases
    )
    assert whole.turns[0] == alone.turns[0]
    code, _, err = run("check", "from", session_id, "--exchange", "99")
    assert code == 4
    assert "The session has" in err
    code, _, err = run("check", "from", "no-such-session")
    assert (code, err.count("\n") <= 2) == (4, True)


def test_a_session_that_the_server_deleted_becomes_a_case_of_what_is_kept(
    run_offline: Run, tmp_path: Path
) -> None:
    session_id = run_offline("sessions", "--offline", "-q", "messages:>0")[1].split()[0]
    with closing(sqlite3.connect(tmp_path / "data" / "runnel" / STORE_FILE)) as db, db:
        place = (session_id,)
        [value] = db.execute("SELECT value FROM list_row WHERE key = ?", place).fetchone()
        gone = replace(decoded(Session, value), gone_at=NOON)
        db.execute("UPDATE list_row SET value = ? WHERE key = ?", (encoded(gone), *place))
    code, out, err = run_offline("check", "from", session_id)
    assert code == 0
    assert SuiteText("from.toml", out).suite({}).cases
    assert err == "The server has this session no more: the case is made of what is kept here.\n"


def test_what_is_checked_is_no_earlier_question(
    run: Run, suite: str, environment: Environment
) -> None:
    run("check", suite, "--profile", "lab", "--case", "holds")
    with closing(sqlite3.connect(Path(environment["XDG_DATA_HOME"]) / "runnel" / STORE_FILE)) as db:
        assert db.execute("SELECT count(*) FROM check_run").fetchone() == (1,)
        for table in ("question", "message", "turn", "send"):
            assert db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
