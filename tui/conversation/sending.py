"""Sending of one question: journal, session, stream, then the history that holds its answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from functools import partial

from tui.conversation.account import Account
from tui.conversation.answer_builder import AnswerBuilder
from tui.conversation.history import History
from tui.conversation.journal import Journal
from tui.conversation.outcome import (
    NOT_SHOWN,
    STOPPED,
    STOPPED_UNSENT,
    failure_of,
    outcome_of,
    unconfirmed,
    unsent,
)
from tui.conversation.progress import Phase, Progress
from tui.conversation.send_records import SendRecord
from tui.conversation.session_binding import SessionBinding
from tui.conversation.stop_signal import StopRequested, StopSignal
from tui.errors import (
    AccessRefused,
    NotFound,
    RateLimited,
    RunnelError,
    SentElsewhere,
    Unreachable,
)
from tui.events import (
    QuestionNoted,
    Rereading,
    SessionCreated,
    StreamEvent,
    TitleChanged,
    TurnEvent,
)
from tui.model import Failure, Message, MessageStatus, Origin, Session, new_own_id
from tui.store import AtRest, Claim, Send
from tui.turn import Cut, EndedWell, Outcome, PendingTurn, StoppedByPerson, Unsent
from tui.unexpected import reported
from tui.values import replace

REREAD_PAUSES_S = (0.0, 0.25, 0.75, 2.0)
"""Waits before each re-reading of the history, until it shows the answer."""

OpenStream = Callable[[str, str], AsyncGenerator[StreamEvent, None]]
"""Opens the stream of an answer, by the ids of session and bot: once, when the session is there."""


class Sending:
    """One question on its way. Its events are taken once.

    A question that the history holds already, that of a run, is followed instead of sent.
    """

    def __init__(
        self,
        question: Message,
        open_stream: OpenStream,
        *,
        account: Account,
        session: SessionBinding,
        history: History,
        workflow_id: str = "",
        claim: Claim | None = None,
    ) -> None:
        """Without a `claim` no other client can send the question."""
        self._asked_at = account.now()
        # what was never sent is shown too
        self._is_followed = claim is None and history.shows(question.id)
        if not self._is_followed:
            question = replace(question, origin=Origin(asked_at=self._asked_at))
        self.question = question
        self._workflow_id = workflow_id
        self._claim = claim
        self._is_ours = claim is None
        self._open_stream = open_stream
        self._account = account
        self._session = session
        self._history = history
        self._journal = Journal(account.store)
        self._answer = AnswerBuilder(new_own_id(), account.clock)
        self._stop = StopSignal()
        self.progress = Progress(account.clock(), account.clock())
        self.is_out = False
        """The server may have the question, and its answer is not over."""
        self.has_ended_well = False
        """The answer came whole, and the history shows it."""
        self._known_ids: frozenset[str] = frozenset()

    @property
    def record(self) -> SendRecord:
        """What is known of it when it is over."""
        return SendRecord(self.question.id, self._answer.id, self.progress)

    @property
    def arriving(self) -> tuple[Message, ...]:
        """The question and the answer as far as it came; none once the history shows them.

        Nor while what was never sent stands there still: another client may take it.
        """
        is_shown = not self._is_ours and self._history.shows(self.question.id)
        if is_shown or self._history.shows(self._answer.id):
            return ()
        return (self.question, self._message(MessageStatus.STREAMING))

    @property
    def is_waiting(self) -> bool:
        """The question did not go out yet."""
        return not self.is_out and self.progress.phase is Phase.CONNECTING

    def stop(self) -> None:
        """End the answer, or the waiting for the history, keeping what came."""
        self._stop.stop()

    async def events(self) -> AsyncGenerator[TurnEvent, None]:
        """Send the question once, yield what happens, and end with `Settled` however it went.

        Only when it is closed or cancelled there is no `Settled`; what came stays all the same.

        Raises:
            SentElsewhere: another client has taken the question; nothing of it is kept here.
        """
        outcome: Outcome
        try:
            if not self._is_followed:
                await self._write_down()
                yield QuestionNoted(self.question)
                if (session := await self._prepare_session()) is not None:
                    yield SessionCreated(session)
            async with aclosing(await self._begin_stream()) as stream:
                while (event := await self._stop.wait_for(lambda: anext(stream, None))) is not None:
                    self._take(event)
                    yield event
            outcome = EndedWell()
        except StopRequested:
            outcome = self._stopped()
        except SentElsewhere:
            # nothing was written
            raise
        except Exception as error:  # noqa: BLE001 - whatever it was, what was written stays
            outcome = self._failed(reported(error))
        except (asyncio.CancelledError, GeneratorExit):
            outcome = Cut(STOPPED) if self.is_out else Unsent(STOPPED_UNSENT)
            if self._is_followed or self._journal.has_begun:
                self._history.keep(self._finish(outcome, self._note_end()))
            self._journal.end()
            self.progress.settled_at = self._account.clock()
            raise
        async with aclosing(self._concluded(outcome)) as events:
            async for last in events:
                yield last

    async def _concluded(self, outcome: Outcome) -> AsyncGenerator[TurnEvent, None]:
        """Find in the history what came of the question, and keep what is not there.

        That is kept also where this is closed or cancelled.
        """
        duration_s = self._note_end()
        turn: PendingTurn | None = None
        failure: Failure | None = None
        try:
            if isinstance(outcome, Unsent):
                turn = self._finish(outcome, duration_s)
                if outcome.failure.exit_code == NotFound.exit_code:
                    await self._look_for_session()
            else:
                self.progress.phase = Phase.RECOVERING
                # what came still arrives: whoever shows it may draw it before all else
                yield Rereading()
                turn = self._finish(outcome, duration_s)
                failure = await self._find_in_history(turn)
        finally:
            turn = turn or self._finish(outcome, duration_s)
            self._history.keep(turn, failure)
            self._journal.end()
            self.progress.settled_at = self._account.clock()
        if not turn.is_unsent:
            self._session.note_asked()
        settled = self._history.settled(turn)
        self.has_ended_well = settled.answer.failure is None
        yield settled

    async def _write_down(self) -> None:
        self._session.take_own_id()
        send = Send(
            self._answer.id,
            self._session.id,
            self._session.bot_id,
            self.question,
            self._account.now(),
            self._workflow_id,
            is_of_checks=self._session.is_of_checks,
        )
        if self._claim is None:
            self._journal.begin(send)
        elif not await self._journal.claim(send, self._claim):
            raise SentElsewhere(
                "Another window is sending this question, or has sent it.",
                hint="Its answer shows here as soon as it is whole.",
            )
        self._is_ours = True
        if isinstance(self._claim, AtRest):
            # what was never sent is open no more
            self._history.withdraw(self.question.id)
        if self._session.lacks_bot:
            # that may take a while, in which other sessions are opened
            self._list_unmade()
        self._account.local.queues.note_sent(self._session.id, self.question.id)
        if not self._session.is_of_checks:
            self._account.local.remember_question(self.question.written)

    async def _prepare_session(self) -> Session | None:
        """Return the session if it had to be made, else know its history before the send."""
        if self._session.lacks_bot:
            await self._stop.wait_for(self._session.settle_bot)
        session = None
        if self._session.session_id is None:
            session = await self._stop.wait_for(partial(self._session.create, self.question))
            self._journal.assign(session.id)
            self._history.save()
        elif not self._history.is_verified:
            # where reading is refused, asking may be allowed: a public chatbot needs no key
            with suppress(AccessRefused):
                await self._stop.wait_for(self._read_history)
        return session

    async def _begin_stream(self) -> AsyncGenerator[StreamEvent, None]:
        self._known_ids = self._history.ids - {self.question.id}
        await self._journal.open(self._known_ids)
        self._stop.check()
        self.is_out = True
        return self._open_stream(self._session.id, self._session.bot_id)

    def _take(self, event: StreamEvent) -> None:
        self._answer.take(event)
        self.progress.note(event, self._account.clock())
        self._journal.note(event, self._answer)
        if isinstance(event, TitleChanged):
            self._session.rename(event.title)

    def _stopped(self) -> Outcome:
        # of an answer that was whole already there is no end
        if self._answer.is_complete:
            return EndedWell()
        return StoppedByPerson() if self.is_out else Unsent(STOPPED_UNSENT)

    def _failed(self, error: RunnelError) -> Outcome:
        if not self.is_out:
            return Unsent(unsent(error))
        return outcome_of(error, is_at_server=self._is_followed or self._answer.has_begun)

    def _note_end(self) -> float:
        """Take note that nothing more comes; return how many seconds all of it took."""
        # a stop that ended the stream is done; another one ends the waiting for the history
        self._stop.reset()
        self.progress.ended_at = self._account.clock()
        return round(self.progress.ended_at - self.progress.began_at, 3)

    def _finish(self, outcome: Outcome, duration_s: float) -> PendingTurn:
        """Return the turn that was made of it, which the history is looked through for now."""
        is_unsent, is_whole = isinstance(outcome, Unsent), isinstance(outcome, EndedWell)
        status = MessageStatus.UNCONFIRMED if is_whole else MessageStatus.PARTIAL
        turn = PendingTurn(
            self._answer.id,
            self.question.with_status(MessageStatus.UNSENT) if is_unsent else self.question,
            self._message(status, failure_of(outcome), duration_s=duration_s),
            outcome,
            known_ids=self._known_ids,
            named_ids=self._answer.named_ids | ({self.question.id} if self._is_followed else set()),
            copy=self._answer.copy,
        )
        self._history.add(turn)
        if is_unsent:
            self._list_unmade()
        self.is_out = False
        return turn

    def _list_unmade(self) -> None:
        """Keep the session in reach by the first question that is shown in it."""
        unsent_turns = (each for each in self._history.open_turns if each.is_unsent)
        first = next(unsent_turns, None)
        self._session.list_unmade(self.question if first is None else first.question)

    def _message(
        self,
        status: MessageStatus,
        failure: Failure | None = None,
        *,
        duration_s: float | None = None,
    ) -> Message:
        """Return the answer as far as it came, with what is known of it besides."""
        origin = Origin(self._session.bot_name, self._asked_at, duration_s)
        return replace(self._answer.message(status, failure), origin=origin)

    async def _find_in_history(self, turn: PendingTurn) -> Failure | None:
        """Read the history until it shows the answer, and return why it does not, if so.

        There is no failure where a person ended the waiting, nor where reading is refused: there
        what came is all there can be.
        """
        failure: Failure | None = None
        for pause_s in REREAD_PAUSES_S:
            try:
                await self._stop.wait_for(partial(self._account.sleep, pause_s))
                await self._stop.wait_for(self._read_history)
            except (StopRequested, AccessRefused):
                return None
            except RunnelError as error:
                failure = unconfirmed(error)
                if isinstance(error, Unreachable | RateLimited):
                    # the backend has made this reading again for long enough
                    break
            else:
                if self._history.open_turns.was_found(turn):
                    return None
                failure = NOT_SHOWN
        return failure

    async def _look_for_session(self) -> None:
        """Find out whether it is the session that is not there, or what was to answer in it."""
        if self._session.session_id is not None:
            with suppress(StopRequested, RunnelError):
                await self._stop.wait_for(self._session.fetch_messages)

    async def _read_history(self) -> None:
        await self._history.read(self._session.fetch_messages)
