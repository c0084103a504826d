"""Report of a case: what is wrong with its answers, how they changed, and facts of each."""

from __future__ import annotations

from collections.abc import Sequence

from tui.checks.run import Attempt, CaseSummary, FormerAnswers, TurnResult
from tui.formatting.counts import counted
from tui.formatting.times import duration
from tui.formatting.word_diff import word_diff
from tui.safe_text import clean_line

_DIFF_CHARS = 400


def faults_of(attempt: Attempt) -> list[str]:
    """Return what is wrong with an attempt, each in one line, with the question it is about."""
    lines = []
    for turn in attempt.turns:
        question = clean_line(turn.question, 60)
        lines += [f"{question} → it {clean_line(each)}" for each in turn.faults]
        if turn.failure:
            lines.append(f"{question} → no answer: {clean_line(turn.failure)}")
    return lines


def changes_of(summary: CaseSummary, former: FormerAnswers) -> Sequence[str]:
    """Return how the answers of a case differ from those of the run before, each change once."""
    changed: dict[str, None] = {}
    for attempt in summary.attempts:
        for number, turn in enumerate(attempt.turns):
            before = former.answer(attempt.case.name, attempt.bot_id, number)
            if before is not None and turn.answer is not None:
                difference = word_diff(before.text, turn.answer.text)
                if difference:
                    changed[f"changed: {clean_line(difference, _DIFF_CHARS)}"] = None
    return list(changed)


def has_changed(summary: CaseSummary, former: FormerAnswers) -> bool:
    """Say whether `changes_of` tells of any, without making it out."""
    return any(
        before.text.split() != turn.answer.text.split()
        for attempt in summary.attempts
        for number, turn in enumerate(attempt.turns)
        if (before := former.answer(attempt.case.name, attempt.bot_id, number)) is not None
        and turn.answer is not None
    )


def details_of(summary: CaseSummary, changes: Sequence[str]) -> Sequence[str]:
    """Return what is wrong with a case, each fault once, and what changed."""
    faults = (fault for each in summary.attempts for fault in faults_of(each))
    return [*dict.fromkeys(faults), *changes]


def facts_of(result: TurnResult) -> str:
    """Return times, length, sources and tools of an answer on one line, else why there is none."""
    answer = result.answer
    if answer is None:
        return f"no answer: {clean_line(result.failure)}"
    pieces = [
        f"first text after {duration(answer.first_s)}" if answer.first_s is not None else "",
        f"whole after {duration(answer.seconds)}" if answer.seconds else "",
        counted(len(answer.text), "character"),
        counted(len(answer.sources), "source"),
        f"called {', '.join(answer.tools)}" if answer.tools else "",
    ]
    return " · ".join(filter(None, pieces))
