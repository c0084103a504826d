"""Run of `runnel check`: asked, told of while it goes on, and reported."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import aclosing
from datetime import UTC, datetime

import click
from msgspec import Struct, field

from tui.checks.records import faults_of, recorded_answers, run_record
from tui.checks.run import CaseSummary, FormerAnswers, Run, Verdict
from tui.checks.running import CheckRunner, Plan
from tui.checks.suite import Suite
from tui.cli.bot import bots_named
from tui.cli.connecting import open_connection
from tui.cli.output import narrate, warn, write, write_json
from tui.cli.waits import CountingLine, narrate_waits
from tui.conversation import Connection
from tui.errors import BadInput, RunnelError
from tui.formatting.counts import counted
from tui.formatting.times import duration
from tui.formatting.word_diff import word_diff
from tui.safe_text import clean_line
from tui.store import KeptRun
from tui.values import replace

ASKED_ABOVE = 20
"""So many questions are sent without a person's word."""
_BAR_CELLS = 20
_WORDS = {Verdict.HOLDS: "holds", Verdict.FAILS: "FAILS", Verdict.UNKNOWN: "unknown"}
_DIFF_CHARS = 400


class Request(Struct, frozen=True):
    """What a person asked for on the command line."""

    suites: tuple[Suite, ...]
    bots: tuple[str, ...]
    """By id or name; none for that of the profile."""
    repeat: int
    jobs: int
    keep: bool
    is_agreed: bool
    """Many questions may be sent unasked."""
    former: Mapping[str, FormerAnswers] | None
    """By suite, of the run compared with; `None` for the last one that was kept of each."""


class Runs(Struct):
    """What became of a request."""

    ended: list[Run] = field(default_factory=list)
    """One for each suite, as far as it came."""
    former: Mapping[str, FormerAnswers] = field(default_factory=dict)
    """By suite, of the run compared with."""


async def ask_all(profile: str, request: Request, runs: Runs) -> RunnelError | None:
    """Ask everything, keep the runs in the store, and put them into `runs` as far as they came.

    Returns why the rest was not asked, where the server refuses the key.

    Raises:
        BadInput: a person does not agree, or there is no such bot.
    """
    async with open_connection(profile, keeps_questions=False) as connection:
        plan = Plan(
            request.suites,
            await bots_named(connection, request.bots),
            request.repeat,
            request.jobs,
            request.keep,
        )
        runs.former = await _former(connection, request)
        _require_agreement(plan, request.is_agreed)
        runner = CheckRunner(connection, plan, runs.former)
        begun = {suite.name: Run(suite.name, datetime.now(UTC), ()) for suite in request.suites}
        line = CountingLine(sys.stderr, lambda: True)
        is_shown = sys.stderr.isatty()
        if is_shown:
            narrate_waits(connection.backend.traffic, line.tell)
            line.show(_bar(plan, begun.values()))
        try:
            async with aclosing(runner.run()) as checked:
                async for each in checked:
                    run = begun[each.suite.name]
                    begun[run.suite] = replace(run, attempts=(*run.attempts, each.attempt))
                    if is_shown:
                        line.show(_bar(plan, begun.values()))
        finally:
            line.hide()
            runs.ended.extend(begun.values())
            for run in begun.values():
                if run.attempts:
                    record = json.dumps(run_record(run))
                    connection.store.runs.keep(KeptRun(run.suite, run.began_at, record))
            if runner.undeleted:
                warn(f"{counted(len(runner.undeleted), 'session')} could not be deleted:")
                narrate(", ".join(runner.undeleted))
        return runner.refusal


async def _former(connection: Connection, request: Request) -> Mapping[str, FormerAnswers]:
    """Return the answers that are compared with, by suite."""
    if request.former is not None:
        return request.former
    found = {}
    for suite in request.suites:
        kept = await connection.store.runs.all(suite.name)
        answers = recorded_answers(kept[0].record) if kept else None
        if answers is None:
            narrate(f"{suite.name} has no earlier run here to be compared with.")
        else:
            found[suite.name] = answers
    return found


def _require_agreement(plan: Plan, is_agreed: bool) -> None:
    """Say how many questions will be sent, and ask where they are many.

    Raises:
        BadInput: nobody agrees.
    """
    sent = f"This sends {counted(plan.questions, 'question')}"
    if len(plan.bots) > 1:
        sent += f" to {len(plan.bots)} bots"
    if is_agreed or plan.questions <= ASKED_ABOVE:
        narrate(f"{sent}.")
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise BadInput(f"{sent}.", hint="Without a terminal, --yes agrees to that.")
    if not click.confirm(f"{sent}. Go on?", err=True):
        raise BadInput("Nothing was sent.")


def _bar(plan: Plan, runs: Iterable[Run]) -> str:
    attempts = [each for run in runs for each in run.attempts]
    total = plan.repeat * len(plan.bots) * sum(len(each.cases) for each in plan.suites)
    filled = _BAR_CELLS * len(attempts) // max(1, total)
    bad = sum(each.verdict is not Verdict.HOLDS for each in attempts)
    told = f", {bad:,} did not hold" if bad else ""
    return (
        f"[{'#' * filled}{'.' * (_BAR_CELLS - filled)}] {len(attempts):,} of "
        f"{counted(total, 'case')}{told}; Ctrl+C stops"
    )


def report(runs: Runs, *, as_json: bool) -> None:
    """Print the results: a line for each case, and below it what is wrong."""
    if as_json:
        write_json([run_record(each) for each in runs.ended], indent=2)
        return
    for run in runs.ended:
        is_of_one = len({each.bot_id for each in run.attempts}) <= 1
        answers, changed = runs.former.get(run.suite), 0
        for summary in run.summaries:
            bot = "" if is_of_one else f" ({summary.bot_name})"
            attempts = len(summary.attempts)
            held = f" {summary.held} of {attempts}" if attempts > 1 else ""
            write(f"{_WORDS[summary.verdict]:7}{held}  {summary.case.name}{bot}\n")
            changes = () if answers is None else _changes(summary, answers)
            changed += bool(changes)
            write("".join(f"    {each}\n" for each in _details(summary, changes)))
        told = (
            f"Answers changed in {counted(changed, 'case')}." if changed else "No answer changed."
        )
        write(f"{_total(run)}{'' if answers is None else f' {told}'}\n")


def _changes(summary: CaseSummary, former: FormerAnswers) -> Sequence[str]:
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


def _details(summary: CaseSummary, changes: Sequence[str]) -> Iterator[str]:
    """Yield what is wrong with a case, each fault once, and what changed."""
    yield from dict.fromkeys(fault for each in summary.attempts for fault in faults_of(each))
    yield from changes
    for session_id in filter(None, (each.session_id for each in summary.attempts)):
        if summary.verdict is not Verdict.HOLDS:
            yield f"session {session_id}"


def _total(run: Run) -> str:
    summaries = run.summaries
    held = sum(each.verdict is Verdict.HOLDS for each in summaries)
    turns = [turn for attempt in run.attempts for turn in attempt.turns]
    seconds = sum(turn.answer.seconds for turn in turns if turn.answer is not None)
    hold = "holds" if len(summaries) == 1 else "hold"
    return (
        f"{run.suite}: {held} of {counted(len(summaries), 'case')} {hold};"
        f" {counted(len(turns), 'question')}, answered in {duration(seconds)}."
    )
