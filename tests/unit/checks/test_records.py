from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import NOON, present
from tests.tables import each_row
from tui.checks.case_report import faults_of
from tui.checks.expectations import Answer, Source
from tui.checks.records import former_answers, junit, recorded_run, run_record
from tui.checks.run import Attempt, SuiteRun, TurnResult
from tui.checks.suite import Case, Turn
from tui.errors import BadInput
from tui.formatting.word_diff import word_diff
from tui.store import KeptRun
from tui.values import replace

ANY = st.text(max_size=20)


def run(question: str, text: str, fault: str, failure: str) -> SuiteRun:
    case = Case("a <case>", (Turn(question, ()), Turn("Second?", ())))
    whole = TurnResult(question, Answer(text, (Source("T", "u"),), ("lookup",), 1.25, 0.5))
    wrong = TurnResult("Second?", Answer("B"), (fault,))
    none = TurnResult("Second?", None, failure=failure, came=text)
    return SuiteRun(
        "Suite & co",
        NOON,
        (
            Attempt(case, "bot", "Bot", 1, (whole, wrong)),
            Attempt(case, "bot", "Bot", 2, (whole, none)),
            Attempt(case, "other", "Other", 1, (none,), "s-1"),
        ),
    )


@given(ANY, ANY, ANY, ANY)
def test_the_answers_of_a_record_are_those_to_compare_with(
    tmp_path_factory: pytest.TempPathFactory, question: str, text: str, fault: str, failure: str
) -> None:
    made = run(question, text, fault, failure)
    path = tmp_path_factory.getbasetemp() / "run.json"
    path.write_text(json.dumps([run_record(made)]))
    former = former_answers(path)["Suite & co"]
    assert former.answer("a <case>", "bot", 0) == Answer(text)
    assert former.answer("a <case>", "bot", 1) == Answer("B")
    assert former.answer("a <case>", "other", 0) is None


@given(ANY, ANY, ANY, ANY)
def test_a_kept_run_is_read_as_it_was(question: str, text: str, fault: str, failure: str) -> None:
    made = replace(run(question, text, fault, failure), file="/shop/prices.toml")
    read = present(recorded_run(KeptRun(made.suite, NOON, json.dumps(run_record(made)))))
    assert (read.suite, read.file, read.began_at) == (made.suite, made.file, NOON)
    assert [each.turns for each in read.attempts] == [each.turns for each in made.attempts]
    assert [
        (each.case.name, each.bot_id, each.bot_name, each.number, each.session_id, each.verdict)
        for each in read.attempts
    ] == [
        (each.case.name, each.bot_id, each.bot_name, each.number, each.session_id, each.verdict)
        for each in made.attempts
    ]
    assert recorded_run(KeptRun("S", NOON, "{}")) is None


@given(ANY, ANY, ANY)
def test_the_xml_can_be_read_whatever_was_said(question: str, fault: str, failure: str) -> None:
    root = ElementTree.fromstring(junit([run(question, "A", fault, failure)]))
    [suite] = root
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("2", "1", "1")
    assert [[each.tag for each in case] for case in suite] == [["failure"], ["error"]]
    assert suite[0][0].get("message") == "0 of 2 held"


def test_each_fault_is_told_with_its_question() -> None:
    attempts = run("First?", "A", "lacks “b”", "It broke.").attempts
    assert faults_of(attempts[0]) == ["Second? → it lacks “b”"]
    assert faults_of(attempts[1]) == ["Second? → no answer: It broke."]


@pytest.mark.parametrize("content", ["", "3", "{}", '[{"suite": 1}]', "[" * 100_000, None])
def test_what_is_no_run_is_told_of(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "run.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(BadInput, match=r"run\.json"):
        former_answers(path)


@each_row(
    ("old", "new", "difference"),
    [
        ("one two", "one  two\n", ""),
        ("It costs 4 €.", "It costs 5 €.", "It costs [-4-] {+5+} €."),
        ("a b c d e f g", "a b c d e f g h", "… d e f g {+h+}"),
        ("x a b c d e f", "a b c d e f", "[-x-] a b c d …"),
    ],
)
def test_what_changed_is_shown_word_by_word(old: str, new: str, difference: str) -> None:
    assert word_diff(old, new) == difference


@given(ANY, ANY)
def test_no_difference_is_told_where_the_words_are_the_same(old: str, new: str) -> None:
    assert bool(word_diff(old, new)) is (old.split() != new.split())
