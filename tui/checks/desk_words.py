"""Words of the desk of checks: suites, runs and cases on a line each, and all of a case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tui.checks.case_report import changes_of, details_of, has_changed
from tui.checks.desk import CaseEntry, OpenSuite, SuiteEntry
from tui.checks.run import SuiteRun, Verdict
from tui.formatting.counts import counted
from tui.formatting.times import clock_time, relative_time
from tui.safe_text import clean_line

_NAME_CHARS = 120
_ANSWER_CHARS = 400
_SIGNS = {
    Verdict.HOLDS: "✓ holds",
    Verdict.FAILS: "✗ fails",
    Verdict.UNKNOWN: "? unknown",
}
_SIGN_CELLS = max(map(len, _SIGNS.values()))


def suite_words(entry: SuiteEntry, now: datetime) -> tuple[str, str]:
    """Return what a suite is called, and how its newest run went."""
    pieces = []
    if entry.suite is not None:
        pieces.append(counted(len(entry.suite.cases), "case"))
    elif entry.trouble:
        pieces.append("! cannot be asked")
    if entry.newest is not None:
        pieces.append(
            f"last run {_held(entry.newest)}, {relative_time(entry.newest.began_at, now)}"
        )
    return clean_line(entry.name, _NAME_CHARS), " · ".join(pieces)


def _held(run: SuiteRun) -> str:
    held = sum(each.verdict is Verdict.HOLDS for each in run.summaries)
    return f"{held} of {len(run.summaries)} hold"


def run_words(suite: OpenSuite, at: int | None, now: datetime) -> str:
    """Say what is shown of a suite: a run by its number from 0, `None` for where it stands."""
    name = clean_line(suite.entry.name, _NAME_CHARS)
    if at is None or at >= len(suite.runs):
        kept = counted(len(suite.runs), "run") if suite.runs else "no run"
        return f"{name} · each case as it was asked last · {kept} kept"
    run = suite.runs[at]
    asked_at = clock_time(run.began_at, now)
    return f"{name} · run {at + 1} of {len(suite.runs)}, {asked_at} · {_held(run)}"


def case_words(entry: CaseEntry, *, is_asked: bool, names_bot: bool) -> tuple[str, str]:
    """Return verdict and name of a case, and what there is to say behind them."""
    summary = entry.summary
    sign = "● asking" if is_asked else "· new" if summary is None else _SIGNS[summary.verdict]
    pieces = []
    if summary is not None and len(summary.attempts) > 1:
        pieces.append(f"{summary.held} of {len(summary.attempts)}")
    if summary is not None and names_bot:
        pieces.append(summary.bot_name)
    if summary is not None and has_changed(summary, entry.former):
        pieces.append("changed")
    return f"{sign:{_SIGN_CELLS}}  {clean_line(entry.name, _NAME_CHARS)}", " · ".join(pieces)


def case_lines(entry: CaseEntry, now: datetime) -> Sequence[str]:
    """Return all that is known of a case: what is wrong, what changed, what was answered."""
    summary = entry.summary
    if summary is None:
        questions = () if entry.case is None else entry.case.turns
        return [*(clean_line(each.question, _ANSWER_CHARS) for each in questions), "Not asked yet."]
    asked_at = f" {clock_time(entry.asked_at, now)}" if entry.asked_at is not None else ""
    count = len(summary.attempts)
    held = f" · {summary.held} of {counted(count, 'attempt')} held" if count > 1 else ""
    lines = [f"{clean_line(summary.bot_name, _NAME_CHARS)}{asked_at}{held}"]
    lines += details_of(summary, changes_of(summary, entry.former))
    attempts = sorted(summary.attempts, key=lambda each: each.verdict is Verdict.HOLDS)
    for turn in attempts[0].turns:
        text = turn.came if turn.answer is None else turn.answer.text
        if text:
            lines.append(f"{clean_line(turn.question, 60)} → {clean_line(text, _ANSWER_CHARS)}")
    if entry.case is None:
        lines.append("The suite has this case no more.")
    return lines
