"""Records of runs: JSON that a later run is compared with, and JUnit's XML for build servers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree

from pydantic import BaseModel, TypeAdapter, ValidationError

from tui.checks.case_report import faults_of
from tui.checks.expectations import Answer, Source
from tui.checks.run import Attempt, FormerAnswers, SuiteRun, TurnResult, Verdict
from tui.checks.suite import Case, Turn
from tui.errors import BadInput
from tui.file_reading import read_file
from tui.formatting.records import Record, iso_time
from tui.safe_text import clean_line
from tui.store import KeptRun

MAX_BYTES = 200_000_000


def run_record(run: SuiteRun) -> Record:
    """Return a run with all that was answered, as `--json` prints it."""
    return {
        "suite": run.suite,
        "file": run.file or None,
        "began_at": iso_time(run.began_at),
        "verdict": run.verdict.value,
        "cases": [
            {
                "name": each.case.name,
                "bot": each.attempts[0].bot_id,
                "bot_name": each.bot_name,
                "verdict": each.verdict.value,
                "held": each.held,
                "of": len(each.attempts),
                "attempts": [_attempt_record(attempt) for attempt in each.attempts],
            }
            for each in run.summaries
        ],
    }


def _attempt_record(attempt: Attempt) -> Record:
    return {
        "number": attempt.number,
        "verdict": attempt.verdict.value,
        "session": attempt.session_id or None,
        "turns": [turn_record(each) for each in attempt.turns],
    }


def turn_record(turn: TurnResult) -> Record:
    """Return what one question was answered, in a form that `former_answers` reads."""
    answer = turn.answer
    return {
        "question": turn.question,
        "verdict": turn.verdict.value,
        "answer": None if answer is None else answer.text,
        "sources": []
        if answer is None
        else [{"title": each.title, "url": each.url} for each in answer.sources],
        "tools": [] if answer is None else list(answer.tools),
        "seconds": None if answer is None else round(answer.seconds, 3),
        "first_s": None if answer is None or answer.first_s is None else round(answer.first_s, 3),
        "faults": list(turn.faults),
        "failure": turn.failure or None,
        "came": turn.came or None,
    }


class _Source(BaseModel):
    title: str
    url: str


class _Turn(BaseModel):
    question: str = ""
    answer: str | None
    sources: list[_Source] = []
    tools: list[str] = []
    seconds: float | None = None
    first_s: float | None = None
    faults: list[str] = []
    failure: str | None = None
    came: str | None = None

    @property
    def result(self) -> TurnResult:
        answer = None
        if self.answer is not None:
            sources = tuple(Source(each.title, each.url) for each in self.sources)
            seconds = self.seconds or 0.0
            answer = Answer(self.answer, sources, tuple(self.tools), seconds, self.first_s)
        failure, came = self.failure or "", self.came or ""
        return TurnResult(self.question, answer, tuple(self.faults), failure, came)


class _Attempt(BaseModel):
    number: int = 1
    session: str | None = None
    turns: list[_Turn]


class _Case(BaseModel):
    name: str
    bot: str
    bot_name: str = ""
    verdict: Verdict
    attempts: list[_Attempt]

    def made(self) -> Iterator[Attempt]:
        for each in self.attempts:
            turns = tuple(turn.result for turn in each.turns)
            case = Case(self.name, tuple(Turn(turn.question, ()) for turn in turns))
            bot_name = self.bot_name or self.bot
            yield Attempt(case, self.bot, bot_name, each.number, turns, each.session or "")


class _Run(BaseModel):
    suite: str
    file: str | None = None
    cases: list[_Case]


def former_answers(path: Path) -> dict[str, FormerAnswers]:
    """Return the answers of the runs that `--json` wrote to a file, by suite.

    Raises:
        BadInput: it cannot be read, or is something else.
    """
    name = clean_line(str(path))
    try:
        return _answers(TypeAdapter(list[_Run]).validate_json(read_file(path, MAX_BYTES)))
    except OSError as error:
        reason = clean_line(error.strerror or "no file has such a name")
        raise BadInput(f"The run {name} cannot be read: {reason}.", hint=_WRITES) from None
    except ValidationError:
        raise BadInput(f"{name} is no run of runnel check.", hint=_WRITES) from None


def recorded_run(kept: KeptRun) -> SuiteRun | None:
    """Return a run that was kept as `run_record` made it; `None`: it is none.

    Its cases have the questions that were asked, and expect nothing.
    """
    try:
        run = _Run.model_validate_json(kept.record)
    except ValidationError:
        return None
    attempts = tuple(attempt for case in run.cases for attempt in case.made())
    return SuiteRun(run.suite, kept.began_at, attempts, run.file or "")


def runs_of(kept: Iterable[KeptRun], file: str) -> tuple[SuiteRun, ...]:
    """Return the runs of the suite in a file, among those of all suites of its name."""
    made = (run for each in kept if (run := recorded_run(each)) is not None)
    return tuple(each for each in made if "" in (each.file, file) or each.file == file)


def kept_counts(record: str) -> tuple[int, int]:
    """Return how many cases of a kept run held, and how many there were; each bot's apart."""
    try:
        cases = _Run.model_validate_json(record).cases
    except ValidationError:
        return 0, 0
    return sum(each.verdict is Verdict.HOLDS for each in cases), len(cases)


def _answers(runs: Sequence[_Run]) -> dict[str, FormerAnswers]:
    """Return what was answered, by suite; of a case that was asked several times, at first."""
    found: dict[str, FormerAnswers] = {}
    for run in runs:
        texts = found.setdefault(run.suite, FormerAnswers({})).texts
        for case in run.cases:
            for attempt in case.attempts:
                for number, turn in enumerate(attempt.turns):
                    if turn.answer is not None:
                        texts.setdefault((case.name, case.bot, number), turn.answer)
    return found


_WRITES = "runnel check SUITE --json -o FILE writes one."


def junit(runs: Sequence[SuiteRun]) -> str:
    """Return runs as JUnit's XML: a suite for each, a test case for each case and bot.

    Source: the schema of the Ant task `junitreport`, as build servers read it.
    """
    root = ElementTree.Element("testsuites")
    for run in runs:
        summaries = run.summaries
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=_xml(run.suite),
            tests=str(len(summaries)),
            failures=str(sum(each.verdict is Verdict.FAILS for each in summaries)),
            errors=str(sum(each.verdict is Verdict.UNKNOWN for each in summaries)),
            timestamp=run.began_at.isoformat(timespec="seconds"),
        )
        for each in summaries:
            turns = [turn for attempt in each.attempts for turn in attempt.turns]
            seconds = sum(turn.answer.seconds for turn in turns if turn.answer is not None)
            case = ElementTree.SubElement(
                suite,
                "testcase",
                name=_xml(each.case.name),
                classname=_xml(f"{run.suite}.{each.bot_name}"),
                time=f"{seconds:.3f}",
            )
            told = "\n".join(_xml(line) for attempt in each.attempts for line in faults_of(attempt))
            if each.verdict is not Verdict.HOLDS:
                kind = "failure" if each.verdict is Verdict.FAILS else "error"
                held = f"{each.held} of {len(each.attempts)} held"
                ElementTree.SubElement(case, kind, message=held).text = told
    ElementTree.indent(root)
    return ElementTree.tostring(root, "unicode", xml_declaration=True) + "\n"


def _xml(text: str) -> str:
    """Return a text without the characters that XML cannot hold."""
    return "".join(each for each in clean_line(text) if each.isprintable())
