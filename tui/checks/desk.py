"""Desk of checks: the suites there are, their kept runs, and where each of their cases stands."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from tui.checks.reading import MAX_BYTES, read_suite
from tui.checks.records import recorded_run, runs_of
from tui.checks.run import CaseSummary, FormerAnswers, SuiteRun, Verdict, answers_of
from tui.checks.suite import Case, Suite
from tui.errors import BadInput
from tui.file_reading import parse_toml, place_of, read_file
from tui.safe_text import clean_line
from tui.store import KeptRun, RunStore
from tui.toml_places import places_of
from tui.values import replace

_PATTERN = "*.toml"
_MOST_FILES = 200
"""So many files of a folder are looked into."""
_CASE_HEAD = re.compile(r"^[ \t]*\[[\[ \t]*case\b", re.MULTILINE)
"""The head of a case, or what is left of one."""
_ASK = "ask"
_NEVER: FormerAnswers = FormerAnswers({})


class SuiteEntry(Struct, frozen=True):
    """A suite that can be asked, or of which runs are kept."""

    name: str
    file: str = ""
    """From the root; empty where no file is known of it."""
    suite: Suite | None = None
    """`None` where its file is gone, or something in it is wrong."""
    trouble: str = ""
    """What that is, as one sentence."""
    newest: SuiteRun | None = None
    """The newest of its runs that are kept."""


class CaseEntry(Struct, frozen=True):
    """A case of a suite, with what one bot answered at last."""

    name: str
    case: Case | None
    """`None` where the suite has it no more."""
    summary: CaseSummary | None = None
    """`None` where it was not asked yet."""
    asked_at: datetime | None = None
    former: FormerAnswers = _NEVER
    """What was answered in the run before that asked it too."""

    @property
    def bot_id(self) -> str:
        return self.summary.attempts[0].bot_id if self.summary is not None else ""

    @property
    def session_id(self) -> str:
        """A session of it that was kept, of an attempt that did not hold if there is any."""
        attempts = self.summary.attempts if self.summary is not None else ()
        kept = [each for each in attempts if each.session_id]
        kept.sort(key=lambda each: each.verdict is Verdict.HOLDS)
        return kept[0].session_id if kept else ""


class OpenSuite(Struct, frozen=True):
    """A suite with its runs that are kept, newest first."""

    entry: SuiteEntry
    runs: tuple[SuiteRun, ...]

    def entries(self, at: int | None = None) -> Sequence[CaseEntry]:
        """Return the cases of a run by its number, `None` for where each of the suite stands now.

        Now: of each case and bot the newest of all runs, in the order of the suite.
        """
        answers = [answers_of(each) for each in self.runs]
        if at is not None and at < len(self.runs):
            return [self._asked(each, at, answers) for each in self.runs[at].summaries]
        newest: dict[tuple[str, str], tuple[CaseSummary, int]] = {}
        for number, run in enumerate(self.runs):
            for summary in run.summaries:
                key = (summary.case.name, summary.attempts[0].bot_id)
                newest.setdefault(key, (summary, number))
        if self.entry.suite is None:
            return [self._asked(*each, answers) for each in newest.values()]
        by_name: dict[str, list[CaseEntry]] = {}
        for (name, _), each in newest.items():
            by_name.setdefault(name, []).append(self._asked(*each, answers))
        cases = self.entry.suite.cases
        return [
            entry
            for case in cases
            for entry in by_name.get(case.name, [CaseEntry(case.name, case)])
        ]

    def _asked(
        self, summary: CaseSummary, number: int, answers: Sequence[FormerAnswers]
    ) -> CaseEntry:
        name, bot_id = summary.case.name, summary.attempts[0].bot_id
        cases = self.entry.suite.cases if self.entry.suite is not None else ()
        case = next((each for each in cases if each.name == name), None)
        former = (each for each in answers[number + 1 :] if (name, bot_id, 0) in each.texts)
        return CaseEntry(name, case, summary, self.runs[number].began_at, next(former, _NEVER))


async def read_suites(folder: Path, others: Iterable[Path], runs: RunStore) -> Sequence[SuiteEntry]:
    """Return the suites in a folder, `others`, and those that were run before, by name.

    A TOML file of the folder is one where it has cases; others are told of though something is
    wrong in them.
    """
    kept = await runs.newest()
    entries = await asyncio.to_thread(_entries, folder, [*others], kept)
    names = {each.suite for each in kept}
    return [await _with_own_run(each, names, runs) for each in entries]


async def _with_own_run(entry: SuiteEntry, names: Set[str], runs: RunStore) -> SuiteEntry:
    """Return a suite with the newest of its own runs, where the newest is one of a namesake."""
    if entry.suite is None or entry.newest is not None or entry.name not in names:
        return entry
    return replace(entry, newest=next(iter((await opened(entry, runs)).runs), None))


def _entries(folder: Path, others: Sequence[Path], kept: Sequence[KeptRun]) -> Sequence[SuiteEntry]:
    newest = {each.suite: run for each in kept if (run := recorded_run(each)) is not None}
    found = [each for each in _files_in(folder) if _has_cases(each)]
    run_before = [Path(each.file) for each in newest.values() if each.file]
    files = dict.fromkeys(place_of(each) for each in [*found, *others, *run_before])
    # unlike `Path.exists` it raises for no name
    there = [each for each in files if os.path.exists(each)]  # noqa: PTH110
    entries = [_entry(each, newest) for each in there]
    told = {each.name for each in entries}
    entries += [
        SuiteEntry(name, run.file, None, "No suite of this name is there any more.", run)
        for name, run in newest.items()
        if name not in told
    ]
    return sorted(entries, key=lambda each: (each.name.casefold(), each.file))


def _files_in(folder: Path) -> Sequence[Path]:
    try:
        return sorted(place_of(each) for each in folder.glob(_PATTERN))[:_MOST_FILES]
    except OSError:
        return []


def _has_cases(path: Path) -> bool:
    """Say whether a file is meant for a suite: others are TOML too."""
    try:
        text = read_file(path, MAX_BYTES).decode("utf-8-sig", "replace")
    except (OSError, ValueError):
        return False
    # a slip in one that was edited must not take it out of sight
    try:
        table = parse_toml(text)
    except ValueError:
        return _CASE_HEAD.search(text) is not None
    return "case" in table or any(map(_asks, table.values()))


def _asks(value: object) -> bool:
    """Say whether a value could be cases under another name."""
    return isinstance(value, list) and any(
        isinstance(each, dict) and _ASK in each for each in value
    )


def _entry(path: Path, newest: Mapping[str, SuiteRun]) -> SuiteEntry:
    file = str(path)
    try:
        suite = read_suite(path, {})
    except BadInput as error:
        name = next((each.suite for each in newest.values() if each.file == file), path.stem)
        return SuiteEntry(clean_line(name), file, None, error.sentence, newest.get(name))
    if not suite.file:
        return SuiteEntry(suite.name, "", None, "The name of its file cannot be shown: rename it.")
    return SuiteEntry(suite.name, suite.file, suite, "", _run_of(suite, newest))


def _run_of(suite: Suite, newest: Mapping[str, SuiteRun]) -> SuiteRun | None:
    run = newest.get(suite.name)
    # another one may have its name
    return run if run is not None and run.file in ("", suite.file) else None


async def opened(entry: SuiteEntry, runs: RunStore) -> OpenSuite:
    """Return a suite with its kept runs."""
    kept = await runs.all(entry.name)

    return OpenSuite(entry, await asyncio.to_thread(runs_of, kept, entry.file))


def line_of(file: Path, case: str) -> int:
    """Return the line of a suite file, from 1, at which a case stands; 1 where it has none such."""
    try:
        text = read_file(file, MAX_BYTES).decode("utf-8-sig")
        cases = parse_toml(text)["case"]
        number = next(at for at, each in enumerate(cases) if clean_line(each["name"]) == case)
        return places_of(text)["case", str(number)].line
    except (OSError, ValueError, LookupError, TypeError, StopIteration):
        return 1
