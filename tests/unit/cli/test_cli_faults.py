from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from tests.contract.fault_cases import WHOLE_END
from tests.tables import each_row
from tests.unit.cli.conftest import Run

BOTH = pytest.mark.parametrize("profile", ["work", "lab"])
WHOLE = f"{WHOLE_END}\n"


pytestmark = pytest.mark.usefixtures("profiles")


@dataclass(frozen=True, slots=True)
class Case:
    question: str
    exit_code: int = 0
    ends: str | None = WHOLE
    """What stdout ends with; empty for nothing at all, `None` where the APIs differ."""
    told: str = ""
    """A piece of stderr."""

    def __str__(self) -> str:
        return self.question


CASES = [
    Case("fault truncated"),
    Case("fault cut"),
    Case("fault reset"),
    Case("fault cut fault history-reset 1"),
    Case("fault cut fault history-status 503 1"),
    Case("fault error-first", 1, told="provider does not answer", ends=None),
    Case("fault error-midway", 1, told="provider does not answer", ends="\n"),
    Case("fault cut fault unanswered", 1, told="connection broke", ends="\n"),
    Case("fault unanswered", 1, told="history does not show this answer"),
    Case("fault deleted", 4, told="no longer has this session"),
    Case("fault html-error"),
    Case("fault redirect", 1, told="redirects to http://elsewhere.invalid", ends=""),
    Case("fault busy retry-after 1", 1, told="Too many calls", ends=""),
    Case("fault status 403", 3, told="does not allow", ends=""),
    Case("fault surrogates fault nul fault separators"),
]


@pytest.mark.slow
@each_row("case", CASES)
@BOTH
def test_ask_prints_what_the_history_adds_and_its_exit_code_says_how_it_went(
    run: Run, profile: str, case: Case
) -> None:
    code, out, err = run("ask", "--profile", profile, case.question)
    assert (code, "Traceback" in err) == (case.exit_code, False), err
    assert case.told in err
    # nobody waits before a pipe
    assert "trying again" not in err
    if case.ends is not None:
        assert out.endswith(case.ends) if case.ends else out == ""


@pytest.mark.slow
@each_row("fault", ["extra", "missing", "duplicate", "reversed", "late 1"])
@BOTH
def test_sessions_and_messages_read_a_history_with_faults(
    run: Run, profile: str, fault: str
) -> None:
    code, out, err = run("ask", "--profile", profile, f"fault {fault}")
    assert code == 0, err
    session = err.split()[1]
    _, told, _ = run("messages", session, "--json", "--profile", profile)
    question, answer = json.loads(told)
    assert (question["role"], answer["role"]) == ("user", "assistant")
    assert answer["text"] == out.removesuffix("\n")
    _, listed, _ = run("sessions", "--json", "--profile", profile)
    assert session in {each["id"] for each in json.loads(listed)}
