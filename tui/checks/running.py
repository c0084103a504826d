"""Running of suites: every question is sent once, in a session that is deleted afterwards."""

from __future__ import annotations

import asyncio
import enum
from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing

from msgspec import Struct

from tui.backends.traffic import Quota
from tui.checks.expectations import Answer, Source
from tui.checks.run import Attempt, FormerAnswers, TurnResult, Verdict
from tui.checks.suite import Case, Suite, Turn
from tui.conversation import Connection, Conversation
from tui.errors import AccessRefused, NotOffered, RunnelError
from tui.events import Completed, Settled, TextDelta
from tui.model import Bot, CitationsPart, Message, MessageStatus
from tui.values import replace

SPARE_CALLS = 10
"""So few calls left of a quota are for a person, and for deleting what was made."""
_UNREAD = "The server does not show what it stored of the answer."


class Keep(enum.Enum):
    """Sessions that stay at the server."""

    NONE = enum.auto()
    FAILED = enum.auto()
    """Those of cases that do not hold: to look at what was answered there."""
    ALL = enum.auto()


class Plan(Struct, frozen=True):
    """What is asked: every case of every suite, of every bot, so many times."""

    suites: tuple[Suite, ...]
    bots: tuple[Bot, ...]
    repeat: int = 1
    jobs: int = 1
    """So many sessions are asked in at once."""
    keep: Keep = Keep.NONE

    @property
    def questions(self) -> int:
        """How many are sent at most."""
        turns = sum(len(case.turns) for suite in self.suites for case in suite.cases)
        return turns * len(self.bots) * self.repeat


class AskedCase(Struct, frozen=True):
    """A case that is being asked, in a conversation whose answers can be watched."""

    suite: Suite
    case: Case
    bot: Bot
    number: int
    """From 1 to the number of repetitions."""
    conversation: Conversation


def _unwatched(asked: AskedCase) -> None:
    return


class Checked(Struct, frozen=True):
    """A case was asked once more."""

    suite: Suite
    attempt: Attempt


class CheckRunner:
    """Runs a plan with a connection, once.

    `former` has, by suite, the answers that a run is compared with. `watch` is told when a case
    begins, and whenever something comes of its answers.
    """

    def __init__(
        self,
        connection: Connection,
        plan: Plan,
        former: Mapping[str, FormerAnswers],
        watch: Callable[[AskedCase], None] = _unwatched,
    ) -> None:
        self._connection = connection
        self._plan = plan
        self._former = former
        self._watch = watch
        self.undeleted: list[str] = []
        """Ids of sessions that were made and could not be deleted."""
        self.refusal: RunnelError | None = None
        """Why nothing else is asked: the key is refused."""

    async def run(self) -> AsyncGenerator[Checked, None]:
        """Ask everything, and yield each case when its last answer is judged.

        Closing the generator stops the answers that are coming and deletes their sessions.
        """
        await self._connection.load()
        waiting = deque(
            (suite, case, bot, number)
            for bot in self._plan.bots
            for suite in self._plan.suites
            for number in range(1, self._plan.repeat + 1)
            for case in suite.cases
        )
        under_way: set[asyncio.Task[Checked]] = set()
        try:
            while under_way or (waiting and self.refusal is None):
                while waiting and len(under_way) < self._plan.jobs and self.refusal is None:
                    under_way.add(asyncio.ensure_future(self._attempt(*waiting.popleft())))
                done, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
                for each in done:
                    yield each.result()
        finally:
            for each in under_way:
                each.cancel()
            # they delete their sessions yet
            await asyncio.gather(*under_way, return_exceptions=True)

    async def _attempt(self, suite: Suite, case: Case, bot: Bot, number: int) -> Checked:
        former = self._former.get(suite.name, FormerAnswers({}))
        conversation = self._connection.conversation(asks=bot.id)
        asked = AskedCase(suite, case, bot, number, conversation)
        self._watch(asked)
        turns: list[TurnResult] = []
        is_kept = self._plan.keep is Keep.ALL
        try:
            for index, turn in enumerate(case.turns):
                await self._wait_for_quota()
                before = former.answer(case.name, bot.id, index)
                result = await self._ask(asked, turn, before)
                turns.append(result)
                if result.answer is None:
                    break
            attempt = Attempt(case, bot.id, bot.name, number, tuple(turns))
            if self._plan.keep is Keep.FAILED:
                is_kept = attempt.verdict is not Verdict.HOLDS
        finally:
            session_id = await self._let_go(conversation, is_kept=is_kept)
        if session_id:
            # no customer wrote there
            self._connection.note_seen(conversation)
        return Checked(suite, replace(attempt, session_id=session_id))

    async def _ask(self, asked: AskedCase, turn: Turn, before: Answer | None) -> TurnResult:
        """Send a question, once, and judge its answer as the server stores it."""
        clock = self._connection.clock
        began_at = clock()
        first_s: float | None = None
        ended_s: float | None = None
        settled: Settled | None = None
        async with aclosing(asked.conversation.send(turn.question)) as events:
            async for event in events:
                self._watch(asked)
                match event:
                    case TextDelta() if first_s is None:
                        first_s = clock() - began_at
                    case Completed():
                        ended_s = clock() - began_at
                    case Settled():
                        settled = event
                    case _:
                        pass
        assert settled is not None
        message = settled.answer
        if message.failure is not None or message.status is not MessageStatus.STORED:
            return self._unknown(turn, message)
        # what broke off is whole when the history shows it
        seconds = clock() - began_at if ended_s is None else ended_s
        answer = replace(answer_of([message]), seconds=seconds, first_s=first_s)
        # a pattern may look for a second, in which a person wants to go on
        faults = await asyncio.to_thread(_faults_of, turn, answer, before)
        return TurnResult(turn.question, answer, faults)

    def _unknown(self, turn: Turn, message: Message) -> TurnResult:
        failure = message.failure
        if failure is None:
            return TurnResult(turn.question, None, failure=_UNREAD, came=message.text)
        if failure.exit_code == AccessRefused.exit_code:
            self.refusal = self.refusal or AccessRefused(failure.sentence, hint=failure.hint)
        return TurnResult(turn.question, None, failure=failure.sentence, came=message.text)

    async def _wait_for_quota(self) -> None:
        """Leave the last calls of a quota alone until there are new ones."""
        traffic = self._connection.backend.traffic
        while (quota := traffic.quota) is not None and _is_spent(quota):
            await traffic.sleep(max(0.1, quota.resets_at - traffic.clock()))

    async def _let_go(self, conversation: Conversation, *, is_kept: bool) -> str:
        """Delete the session of a case unless it is kept, and return its id where it stays.

        What was not sent of it is nobody's wish any more.
        """
        session_id = conversation.session_id
        if session_id is None:
            if conversation.id:
                await self._connection.delete_session(conversation.id)
            return ""
        for each in [each for each in conversation.open_turns if each.is_unsent]:
            conversation.unsent.withdraw(each.question.id)
        if is_kept or self._connection.backend.session_deletion is None:
            return session_id
        try:
            await self._connection.delete_session(session_id)
        except NotOffered:
            return session_id
        except RunnelError:
            self.undeleted.append(session_id)
            return session_id
        return ""


def _faults_of(turn: Turn, answer: Answer, before: Answer | None) -> tuple[str, ...]:
    return tuple(filter(None, (each.fault_of(answer, before) for each in turn.expectations)))


def _is_spent(quota: Quota) -> bool:
    return quota.remaining <= min(SPARE_CALLS, quota.limit // 2)


def answer_of(messages: Sequence[Message]) -> Answer:
    """Return what is judged of the messages that answer a question, without times."""
    sources = [
        Source(each.title, each.url)
        for message in messages
        for part in message.parts
        if isinstance(part, CitationsPart)
        for each in part.citations
    ]
    text = "\n\n".join(each.text for each in messages if each.text)
    return Answer(
        text, tuple(sources), tuple(tool.name for each in messages for tool in each.tools)
    )
