"""Run of `runnel check`: asked, told of while it goes on, and reported."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

import click
from msgspec import Struct, field

from tui.checks.case_report import changes_of, details_of
from tui.checks.live_run import ASKED_ABOVE, LiveRun, sends
from tui.checks.records import run_record, runs_of
from tui.checks.run import CaseSummary, FormerAnswers, SuiteRun, Verdict, answers_of
from tui.checks.running import Keep, Plan
from tui.checks.suite import Suite
from tui.cli.bot import bots_named
from tui.cli.connecting import open_connection
from tui.cli.output import narrate, warn, write, write_json
from tui.cli.waits import CountingLine, narrate_waits
from tui.conversation import Connection
from tui.errors import BadInput, RunnelError
from tui.formatting.counts import counted
from tui.formatting.times import duration

_WORDS = {Verdict.HOLDS: "holds", Verdict.FAILS: "FAILS", Verdict.UNKNOWN: "unknown"}


class Request(Struct, frozen=True):
    """What a person asked for on the command line."""

    suites: tuple[Suite, ...]
    bots: tuple[str, ...]
    """By id or name; none for that of the profile."""
    repeat: int
    jobs: int
    keep: Keep
    is_agreed: bool
    """Many questions may be sent unasked."""
    former: Mapping[str, FormerAnswers] | None
    """By suite, of the run compared with; `None` for the last one that was kept of each."""


class Runs(Struct):
    """What became of a request."""

    ended: list[SuiteRun] = field(default_factory=list)
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
        line = CountingLine(sys.stderr, lambda: True)
        is_shown = sys.stderr.isatty()

        def show() -> None:
            if is_shown:
                line.show(f"{live.bar}; Ctrl+C stops")

        live = LiveRun(connection, plan, runs.former, show)
        if is_shown:
            narrate_waits(connection.backend.traffic, line.tell)
        show()
        try:
            await live.ask()
        finally:
            line.hide()
            runs.ended.extend(live.runs.values())
            if live.undeleted:
                warn(f"{counted(len(live.undeleted), 'session')} could not be deleted:")
                narrate(", ".join(live.undeleted))
        return live.refusal


async def _former(connection: Connection, request: Request) -> Mapping[str, FormerAnswers]:
    """Return the answers that are compared with, by suite."""
    if request.former is not None:
        return request.former
    found = {}
    for suite in request.suites:
        kept = await connection.store.runs.all(suite.name)
        run = next(iter(runs_of(kept, suite.file)), None)
        if run is None:
            narrate(f"{suite.name} has no earlier run here to be compared with.")
        else:
            found[suite.name] = answers_of(run)
    return found


def _require_agreement(plan: Plan, is_agreed: bool) -> None:
    """Say how many questions will be sent, and ask where they are many.

    Raises:
        BadInput: nobody agrees.
    """
    sent = sends(plan)
    if is_agreed or plan.questions <= ASKED_ABOVE:
        narrate(f"{sent}.")
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise BadInput(f"{sent}.", hint="Without a terminal, --yes agrees to that.")
    if not click.confirm(f"{sent}. Go on?", err=True):
        raise BadInput("Nothing was sent.")


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
            changes = () if answers is None else changes_of(summary, answers)
            changed += bool(changes)
            details = [*details_of(summary, changes), *_kept_sessions(summary)]
            write("".join(f"    {each}\n" for each in details))
        told = (
            f"Answers changed in {counted(changed, 'case')}." if changed else "No answer changed."
        )
        write(f"{_total(run)}{'' if answers is None else f' {told}'}\n")


def _kept_sessions(summary: CaseSummary) -> Sequence[str]:
    if summary.verdict is Verdict.HOLDS:
        return []
    return [f"session {each.session_id}" for each in summary.attempts if each.session_id]


def _total(run: SuiteRun) -> str:
    summaries = run.summaries
    held = sum(each.verdict is Verdict.HOLDS for each in summaries)
    turns = [turn for attempt in run.attempts for turn in attempt.turns]
    seconds = sum(turn.answer.seconds for turn in turns if turn.answer is not None)
    hold = "holds" if len(summaries) == 1 else "hold"
    return (
        f"{run.suite}: {held} of {counted(len(summaries), 'case')} {hold};"
        f" {counted(len(turns), 'question')}, answered in {duration(seconds)}."
    )
