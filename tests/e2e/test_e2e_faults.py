from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from tests.contract.fault_cases import WHOLE_END
from tests.e2e.conftest import Run

BOTH = pytest.mark.parametrize("profile", ["work", "lab"])
WHOLE = f"{WHOLE_END}\n"


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
    Case("fault cut fault history-reset 1", told="connection lost; trying again in"),
    Case("fault cut fault history-status 503 1", told="HTTP 503; trying again in"),
    Case("fault error-first", 1, told="provider does not answer", ends=None),
    Case("fault error-midway", 1, told="provider does not answer", ends="\n"),
    Case("fault cut fault unanswered", 1, told="broke off", ends="\n"),
    Case("fault unanswered", 1, told="history does not show this answer"),
    Case("fault deleted", 4, told="no longer has this session"),
    Case("fault html-error"),
    Case("fault redirect", 1, told="sends us on to http://elsewhere.invalid", ends=""),
    Case("fault busy retry-after 1", 1, told="Too many calls", ends=""),
    Case("fault status 403", 3, told="does not allow", ends=""),
    Case("fault surrogates fault nul fault separators"),
]


@pytest.mark.parametrize("case", CASES, ids=str)
@BOTH
def test_ask_prints_what_the_history_adds_and_its_exit_code_says_how_it_went(
    run: Run, profiles: Mapping[str, str], profile: str, case: Case
) -> None:
    done = run("ask", "--profile", profile, case.question, extra=profiles)
    assert (done.returncode, "Traceback" in done.stderr) == (case.exit_code, False), done.stderr
    assert case.told in done.stderr
    if case.ends is not None:
        assert done.stdout.endswith(case.ends) if case.ends else done.stdout == ""


@pytest.mark.parametrize("fault", ["extra", "missing", "duplicate", "reversed", "late 1"])
@BOTH
def test_sessions_and_messages_read_a_history_with_faults(
    run: Run, profiles: Mapping[str, str], profile: str, fault: str
) -> None:
    asked = run("ask", "--profile", profile, f"fault {fault}", extra=profiles)
    assert asked.returncode == 0, asked.stderr
    session = asked.stderr.split()[1]
    told = run("messages", session, "--json", "--profile", profile, extra=profiles)
    question, answer = json.loads(told.stdout)
    assert (question["role"], answer["role"]) == ("user", "assistant")
    assert answer["text"] == asked.stdout.removesuffix("\n")
    listed = json.loads(run("sessions", "--json", "--profile", profile, extra=profiles).stdout)
    assert session in {each["id"] for each in listed}
