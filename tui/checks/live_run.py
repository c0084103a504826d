"""Live run: a plan while it is carried out, with what is judged by now, kept however it ends."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from datetime import UTC

from tui.checks.records import run_record
from tui.checks.run import FormerAnswers, SuiteRun, Verdict
from tui.checks.running import AskedCase, CheckRunner, Plan
from tui.conversation import Connection
from tui.errors import RunnelError
from tui.formatting.counts import counted
from tui.store import KeptRun
from tui.values import replace

ASKED_ABOVE = 20
"""So many questions are sent without a person's word."""
_BAR_CELLS = 20


class LiveRun:
    """Carries out a plan, once; `changed` is told of everything that comes of it.

    `former` has, by suite, the answers that it is compared with.
    """

    def __init__(
        self,
        connection: Connection,
        plan: Plan,
        former: Mapping[str, FormerAnswers],
        changed: Callable[[], None],
    ) -> None:
        self.plan = plan
        self._connection = connection
        self._changed = changed
        self._runner = CheckRunner(connection, plan, former, self._watch)
        began_at = connection.now().astimezone(UTC)
        self.runs = {
            each.name: SuiteRun(each.name, began_at, (), each.file) for each in plan.suites
        }
        """By suite, as far as they came."""
        self.under_way: dict[tuple[str, str, str], AskedCase] = {}
        """What is being asked, by suite, case and bot."""
        self.is_over = False

    async def ask(self) -> None:
        """Ask everything, and keep the runs in the store as far as they came.

        Raises:
            RunnelError: one of the questions cannot be asked at all.
        """
        try:
            async with aclosing(self._runner.run()) as checked:
                async for each in checked:
                    attempt = each.attempt
                    run = self.runs[each.suite.name]
                    self.runs[run.suite] = replace(run, attempts=(*run.attempts, attempt))
                    self.under_way.pop((run.suite, attempt.case.name, attempt.bot_id), None)
                    self._changed()
        finally:
            self.is_over = True
            self.under_way.clear()
            for run in self.runs.values():
                if run.attempts:
                    record = json.dumps(run_record(run))
                    self._connection.store.runs.keep(KeptRun(run.suite, run.began_at, record))
            self._changed()

    def _watch(self, asked: AskedCase) -> None:
        self.under_way[(asked.suite.name, asked.case.name, asked.bot.id)] = asked
        self._changed()

    @property
    def undeleted(self) -> Sequence[str]:
        """Ids of sessions that were made and could not be deleted."""
        return self._runner.undeleted

    @property
    def refusal(self) -> RunnelError | None:
        """Why the rest was not asked: the key is refused."""
        return self._runner.refusal

    @property
    def bar(self) -> str:
        """How far it is, on one line."""
        attempts = [each for run in self.runs.values() for each in run.attempts]
        plan = self.plan
        total = plan.repeat * len(plan.bots) * sum(len(each.cases) for each in plan.suites)
        filled = _BAR_CELLS * len(attempts) // max(1, total)
        bad = sum(each.verdict is not Verdict.HOLDS for each in attempts)
        told = f", {bad:,} did not hold" if bad else ""
        return (
            f"[{'#' * filled}{'.' * (_BAR_CELLS - filled)}] {len(attempts):,} of "
            f"{counted(total, 'case')}{told}"
        )


def sends(plan: Plan) -> str:
    """Say how many questions a plan sends: a sentence without its end."""
    to = f" to {len(plan.bots)} bots" if len(plan.bots) > 1 else ""
    return f"This sends {counted(plan.questions, 'question')}{to}"
