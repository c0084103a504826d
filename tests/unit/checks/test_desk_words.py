from __future__ import annotations

from datetime import timedelta

import pytest

from tests.fakes import NOON
from tests.unit.checks.test_desk import attempt
from tests.unit.checks.test_running import case, suite
from tui.checks.desk import CaseEntry, OpenSuite, SuiteEntry
from tui.checks.desk_words import case_lines, case_words, run_words, suite_words
from tui.checks.run import Attempt, CaseSummary, FormerAnswers, SuiteRun, TurnResult
from tui.values import replace

NOW = NOON + timedelta(minutes=5)
HELD, FAILED = attempt("Price", "4 €"), attempt("Price", "5 €", "lacks “4”")
UNKNOWN = Attempt(
    case("Price", "Price?"), "bot", "Bot", 1,
    (TurnResult("Price?", None, failure="It broke.", came="It co"),),
)  # fmt: skip
BEFORE = FormerAnswers({("Price", "bot", 0): "4 €"})


def entry(*attempts: Attempt) -> CaseEntry:
    return CaseEntry("Price", case("Price", "Price?"), CaseSummary(attempts), NOON, BEFORE)


@pytest.mark.parametrize(
    ("shown", "words", "lines"),
    [
        (CaseEntry("Price", case("Price", "Price?")), ("· new      Price", ""),
         ["Price?", "Not asked yet."]),
        (entry(HELD), ("✓ holds    Price", ""), ["Bot 12:00", "Price? → 4 €"]),
        (entry(HELD, FAILED), ("✗ fails    Price", "1 of 2 · changed"),
         ["Bot 12:00 · 1 of 2 attempts held", "Price? → it lacks “4”", "changed: [-4-] {+5+} €",
          "Price? → 5 €"]),
        (replace(entry(UNKNOWN), case=None), ("? unknown  Price", ""),
         ["Bot 12:00", "Price? → no answer: It broke.", "Price? → It co",
          "The suite has this case no more."]),
    ],
    ids=["new", "holds", "fails", "unknown"],
)  # fmt: skip
def test_a_case_is_told_on_a_line_and_whole(
    shown: CaseEntry, words: tuple[str, str], lines: list[str]
) -> None:
    assert case_words(shown, is_asked=False, names_bot=False) == words
    assert list(case_lines(shown, NOW)) == lines
    assert case_words(shown, is_asked=True, names_bot=True)[0] == "● asking   Price"


def test_suites_and_runs_are_told_on_a_line() -> None:
    run = SuiteRun("Prices", NOON, (HELD, attempt("Refund", "No", "lacks “yes”")))
    known = suite(case("Price", "Price?"))
    there = SuiteEntry("Prices", "/p.toml", known, "", run)
    wrong = SuiteEntry("slip", "/slip.toml", None, "slip.toml:1:1: it is none.")
    assert suite_words(there, NOW) == ("Prices", "1 case · last run 1 of 2 hold, 5 min")
    assert suite_words(wrong, NOW) == ("slip", "! cannot be asked")
    opened = OpenSuite(there, (run,))
    assert run_words(opened, None, NOW) == "Prices · each case as it was asked last · 1 run kept"
    assert run_words(opened, 0, NOW) == "Prices · run 1 of 1, 12:00 · 1 of 2 hold"
    unrun = "Prices · each case as it was asked last · no run kept"
    assert run_words(OpenSuite(there, ()), 3, NOW) == unrun
