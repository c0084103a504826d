"""Checking in the chat: the screen of checks, and the run that goes on behind it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import App

from tui.conversation import Connection
from tui.conversation.unfinished import stop
from tui.errors import BadInput, RunnelError
from tui.formatting.counts import counted
from tui.model import Bot, Message, Role, TextPart, new_own_id
from tui.safe_text import clean, clean_line
from tui.ui.chat.case_making import CaseMaking
from tui.ui.chat.context import ChatContext
from tui.ui.chat.navigation import Navigation
from tui.ui.chat.notice import Topic
from tui.ui.chat.teaching import BotTeaching, Lacking
from tui.ui.desk.checks import CheckActs, ChecksScreen, OpenCase, TeachCase
from tui.ui.dialogs.confirm import ConfirmScreen
from tui.ui.terminal.programs import edit_file

if TYPE_CHECKING:
    from tui.checks.desk import CaseEntry, OpenSuite, SuiteEntry
    from tui.checks.live_run import LiveRun
    from tui.checks.run import Attempt
    from tui.checks.running import Plan

_PLACE_CHARS = 60


class SuiteChecking:
    """Shows suites and runs one at a time, which goes on when the screen is closed."""

    def __init__(
        self,
        context: ChatContext,
        app: App[Any],
        now: Callable[[], datetime],
        tell: Callable[[str], None],
        cases: CaseMaking,
        teaching: BotTeaching,
        navigation: Navigation,
    ) -> None:
        self._context = context
        self._app = app
        self._now = now
        self._tell = tell
        self._cases = cases
        self._teaching = teaching
        self._navigation = navigation
        self._live: LiveRun | None = None
        self._asking: asyncio.Task[None] | None = None
        self._trouble = ""
        """Why the last run was not begun, or ended before its end."""
        self._sends = ""
        """How many questions the last run sends, and to whom."""
        self._screen: ChecksScreen | None = None

    @property
    def is_running(self) -> bool:
        return self._live is not None and not self._live.is_over

    def show(self) -> None:
        """Open the screen."""
        self._context.begin(self._show, "checks")

    async def _show(self, connection: Connection) -> None:
        place = _folder_name()
        key_of = self._context.key_of
        self._screen = ChecksScreen(
            self._acts(connection),
            self._now,
            f"Suites in the folder {place}, those run before, and those that a check was added to"
            " since the start. Sessions of cases that do not hold are kept; others are deleted"
            " where the server can.",
            f"No suite yet. Close this; {key_of('chat.previous')}, then {key_of('read.check')}"
            " makes a check. An example: runnel check new checks.toml",
            str(next(reversed([*self._cases.suites]), "")),
        )
        try:
            act = await self._context.ask(self._screen)
        finally:
            self._screen = None
        match act:
            case OpenCase(entry):
                await self._open(connection, entry)
            case TeachCase(entry):
                self._teach(connection, entry)
            case None:
                pass

    def _acts(self, connection: Connection) -> CheckActs:
        return CheckActs(
            partial(self._read, connection),
            partial(self._opened, connection),
            partial(self._begin, connection),
            self._stop,
            self._edit,
            lambda: self._live,
            lambda: self.told,
        )

    async def _read(self, connection: Connection) -> Sequence[SuiteEntry]:
        # with the first look, not with the chat; keys and answers go on meanwhile
        await asyncio.to_thread(import_module, "tui.checks.desk")
        from tui.checks.desk import read_suites

        return await read_suites(Path(), self._cases.suites, connection.store.runs)

    async def _opened(self, connection: Connection, entry: SuiteEntry) -> OpenSuite:
        from tui.checks.desk import opened

        return await opened(entry, connection.store.runs)

    # The run

    @property
    def told(self) -> str:
        """How far the run is, or what became of it; empty where there was none."""
        live = self._live
        if live is None:
            return self._trouble
        if not live.is_over:
            return f"{live.bar} · {self._context.key_of('checks.stop')} stop · {self._sends}"
        pieces = [live.bar, self._trouble]
        if live.undeleted:
            pieces.append(f"{counted(len(live.undeleted), 'session')} could not be deleted.")
        return " · ".join(filter(None, pieces))

    def _begin(self, connection: Connection, entry: SuiteEntry, case: str, times: int) -> None:
        if self.is_running:
            self._tell(f"A run goes on. {self._context.key_of('checks.stop')} stops it.")
        else:
            self._context.spawn(partial(self._run, connection, entry, case, times), "check-run")

    async def _run(self, connection: Connection, entry: SuiteEntry, case: str, times: int) -> None:
        from tui.checks.live_run import ASKED_ABOVE, LiveRun, sends

        try:
            plan = await asyncio.to_thread(_plan, entry, case, await self._bot(connection), times)
        except RunnelError as error:
            self._end(f"{error.sentence} {error.hint}".rstrip())
            return
        sentence = f"{sends(plan)} to {plan.bots[0].name}."
        if plan.questions > ASKED_ABOVE and not await self._context.ask(
            ConfirmScreen(sentence, "Send them?")
        ):
            return
        self._trouble, self._sends = "", sentence
        self._live = live = LiveRun(connection, plan, {}, self._changed)
        self._asking = connection.unfinished.begin(live.ask())
        try:
            await asyncio.wait([self._asking])
        finally:
            # the end of the app ends it too; what is judged by then is kept
            stop(self._asking)
        failure = None if self._asking.cancelled() else self._asking.exception()
        if failure is not None and not isinstance(failure, RunnelError):
            raise failure
        reason = failure or live.refusal
        self._end("" if reason is None else reason.sentence)
        if self._screen is None:
            self._tell(f"The run is over: {live.bar.partition('] ')[2]}.")

    async def _bot(self, connection: Connection) -> Bot:
        """Return the bot that is asked.

        Raises:
            BadInput: a person must pick one.
        """
        if bot_id := await connection.settle_bot():
            return connection.bots.get(bot_id) or Bot(bot_id, connection.bot_name(bot_id))
        noun = connection.backend.capabilities.bot_noun
        key = self._context.key_of("chat.bot")
        raise BadInput(f"No {noun} chosen yet.", hint=f"Close this, then press {key}.")

    def _end(self, trouble: str) -> None:
        self._trouble = trouble
        self._changed()

    def _changed(self) -> None:
        if self._screen is not None and self._screen.is_attached:
            self._screen.pacer.request()

    def _stop(self) -> None:
        if self._asking is not None:
            stop(self._asking)

    # What is done with a case

    def _edit(self, entry: SuiteEntry, case: str) -> None:
        from tui.checks.desk import line_of

        file = Path(entry.file)
        if os.path.isfile(file):  # noqa: PTH113
            try:
                edit_file(self._app, file, line_of(file, case))
            except BadInput as error:
                self._tell(f"{error.sentence} {error.hint}".rstrip())
        else:
            self._tell("The file of this suite is not there.")
        if self._screen is not None:
            self._screen.reread()

    async def _open(self, connection: Connection, entry: CaseEntry) -> None:
        is_of_bot = connection.backend.capabilities.sessions_belong_to_bot
        if is_of_bot and entry.bot_id != connection.bot_id:
            name = connection.bot_name(entry.bot_id)
            key = self._context.key_of("chat.bot")
            self._context.notice.show(
                Topic.ACTION, f"This session is of {name}.", f"{key} changes to it."
            )
        elif connection is self._context.connection:
            await self._navigation.open_session(entry.session_id)

    def _teach(self, connection: Connection, entry: CaseEntry) -> None:
        if connection.backend.teaching is None:
            self._tell("This server cannot be taught.")
            return
        assert entry.summary is not None
        attempts = entry.summary.attempts
        attempt = next(
            (each for each in attempts if any(t.faults for t in each.turns)), attempts[0]
        )
        self._teaching.mend(_lacking(connection, entry, attempt))


def _folder_name() -> str:
    try:
        return clean_line(Path.cwd().name, _PLACE_CHARS) or "/"
    except OSError:
        return "(deleted)"


def _plan(entry: SuiteEntry, case: str, bot: Bot, times: int) -> Plan:
    """Return what is to be asked of a suite as it is written now.

    Raises:
        BadInput: something in it is wrong, or it has no such case.
    """
    from tui.checks.reading import read_suite
    from tui.checks.running import Keep, Plan
    from tui.values import replace

    suite = read_suite(Path(entry.file), {})
    if case:
        cases = tuple(each for each in suite.cases if each.name == case)
        if not cases:
            raise BadInput(f"The suite has no case “{clean_line(case, 60)}” any more.")
        suite = replace(suite, cases=cases)
    return Plan((suite,), (bot,), repeat=times, keep=Keep.FAILED)


def _lacking(connection: Connection, entry: CaseEntry, attempt: Attempt) -> Lacking:
    """Return the first answer of an attempt that has a fault, else its last."""
    turns = attempt.turns
    turn = next((each for each in turns if each.faults), turns[-1])
    text = turn.came if turn.answer is None else turn.answer.text
    answer = Message(new_own_id(), Role.ASSISTANT, (TextPart(clean(text)),))
    key = f"{entry.name}: {turn.question}"
    bot = Bot(attempt.bot_id, clean_line(attempt.bot_name))
    return Lacking(key, connection, bot, turn.question, [answer], attempt.session_id)
