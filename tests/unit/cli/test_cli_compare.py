from __future__ import annotations

import json

import pytest

from tests.tables import each_row
from tests.unit.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("profiles")
TWO = ("--profile", "lab", "--bot", "lantern-large", "--model", "lantern-small")


def session_ids(run: Run) -> set[str]:
    return {each["id"] for each in json.loads(run("sessions", "--json", "--profile", "lab")[1])}


def test_two_models_answer_one_question_and_are_compared_word_by_word(run: Run) -> None:
    before = session_ids(run)
    code, out, err = run("compare", *TWO, "What is a lantern?")
    assert (code, err) == (0, "")
    heads = [line for line in out.splitlines() if line.startswith("── ")]
    assert [head.split(" · ")[0] for head in heads] == ["── Lantern Large", "── Lantern Small"]
    assert all("first text after " in head and " characters · " in head for head in heads)
    assert "Lantern Large compared with Lantern Small: " in out
    assert session_ids(run) == before

    code, out, _ = run("compare", *TWO, "--json", "--keep", "-", stdin=b"And now?\n")
    records = json.loads(out)
    assert code == 0
    assert [each["bot"] for each in records] == ["lantern-large", "lantern-small"]
    assert {each["question"] for each in records} == {"And now?"}
    assert all(each["answer"] and each["seconds"] >= each["first_s"] for each in records)
    assert session_ids(run) == before | {each["session"] for each in records}


@each_row(
    ("arguments", "code", "told"),
    [
        (("--bot", "lantern-large", "Q"), 2, "Comparing takes 2 to 8 bots."),
        (("--bot", "lantern-large", "--bot", "lantern-large", "Q"), 2, "Comparing takes 2 to 8"),
        ((*TWO, "  "), 2, "There is nothing to ask."),
        (("--bot", "lantern-large", "--bot", "lantern-smal", "Q"), 4, "did you mean"),
        (("--bot", "lantern-large", "--bot", "Lantern Large", "Q"), 2, "Both names are of one bot"),
    ],
)
def test_what_cannot_be_compared_is_told_and_nothing_is_asked(
    run: Run, arguments: tuple[str, ...], code: int, told: str
) -> None:
    before = session_ids(run)
    done = run("compare", "--profile", "lab", *arguments)
    assert done[0] == code
    assert told in done[2]
    assert session_ids(run) == before


@pytest.mark.slow
def test_a_bot_that_gives_no_whole_answer_is_told_and_the_others_are_shown(run: Run) -> None:
    code, out, _ = run("compare", *TWO, "fault error-midway")
    assert code == 1
    assert out.count("no answer: ") == 2
    # what came of it stands below
    heads = [at for at, line in enumerate(out.splitlines()) if line.startswith("── ")]
    assert all(out.splitlines()[at + 1 : at + 3] != ["", ""] for at in heads)
    records = json.loads(run("compare", *TWO, "--json", "fault error-midway")[1])
    assert [each["answer"] for each in records] == [None, None]
    assert all(each["came"] for each in records)
