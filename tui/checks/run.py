"""Run of a suite: what each question was answered, and how that was judged."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import Struct

from tui.checks.expectations import Answer
from tui.checks.suite import Case


class Verdict(enum.StrEnum):
    HOLDS = "holds"
    FAILS = "fails"
    UNKNOWN = "unknown"
    """There is no whole answer to judge; the question is not sent again."""


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return what holds of all of them together."""
    found = {*verdicts}
    return next((each for each in (Verdict.FAILS, Verdict.UNKNOWN) if each in found), Verdict.HOLDS)


class TurnResult(Struct, frozen=True):
    question: str
    answer: Answer | None
    """`None` where none came whole."""
    faults: tuple[str, ...] = ()
    """What is wrong with the answer, as `Expectation.fault_of` words it."""
    failure: str = ""
    """Why there is no answer, as one sentence."""
    came: str = ""
    """Markdown that came of an answer that did not come whole; it is not judged."""

    @property
    def verdict(self) -> Verdict:
        if self.answer is None:
            return Verdict.UNKNOWN
        return Verdict.FAILS if self.faults else Verdict.HOLDS


class Attempt(Struct, frozen=True):
    """A case asked once: its turns as far as they came."""

    case: Case
    bot_id: str
    bot_name: str
    number: int
    """From 1 to the number of repetitions."""
    turns: tuple[TurnResult, ...]
    session_id: str = ""
    """Of the server; empty where none was made, and where it is deleted again."""

    @property
    def verdict(self) -> Verdict:
        is_whole = len(self.turns) == len(self.case.turns)
        return worst([*(each.verdict for each in self.turns), *[Verdict.UNKNOWN] * (not is_whole)])


class CaseSummary(Struct, frozen=True):
    """All attempts of a case with one bot."""

    attempts: tuple[Attempt, ...]

    @property
    def case(self) -> Case:
        return self.attempts[0].case

    @property
    def bot_name(self) -> str:
        return self.attempts[0].bot_name

    @property
    def held(self) -> int:
        return sum(each.verdict is Verdict.HOLDS for each in self.attempts)

    @property
    def verdict(self) -> Verdict:
        """Holds where all attempts do, fails where one fails."""
        return worst(each.verdict for each in self.attempts)


class SuiteRun(Struct, frozen=True):
    """Everything that was asked of one suite."""

    suite: str
    began_at: datetime
    attempts: tuple[Attempt, ...]
    file: str = ""
    """That of the suite, from the root; empty where it has none."""

    @property
    def summaries(self) -> Sequence[CaseSummary]:
        """One for each case and bot, in the order in which they were begun."""
        by_case: dict[tuple[str, str], list[Attempt]] = {}
        for each in self.attempts:
            by_case.setdefault((each.case.name, each.bot_id), []).append(each)
        return [CaseSummary(tuple(each)) for each in by_case.values()]

    @property
    def verdict(self) -> Verdict:
        return worst(each.verdict for each in self.summaries)


def answers_of(run: SuiteRun) -> FormerAnswers:
    """Return what was answered in a run; of a case that was asked several times, at first."""
    texts: dict[tuple[str, str, int], str] = {}
    for attempt in run.attempts:
        for number, turn in enumerate(attempt.turns):
            if turn.answer is not None:
                texts.setdefault((attempt.case.name, attempt.bot_id, number), turn.answer.text)
    return FormerAnswers(texts)


class FormerAnswers(Struct, frozen=True):
    """Answers of the run compared with, by case, bot, and number of the turn from 0."""

    texts: dict[tuple[str, str, int], str]

    def answer(self, case: str, bot_id: str, turn: int) -> Answer | None:
        text = self.texts.get((case, bot_id, turn))
        return None if text is None else Answer(text)
