"""One session as Runnel knows it, and the only way to add to it."""

from __future__ import annotations

import asyncio
import enum
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

from tui.conversation.arriving import ArrivingAnswer, in_one_piece
from tui.conversation.ending import NOT_SHOWN, Ending
from tui.conversation.journal import Journal
from tui.conversation.reconcile import adopt_copy, reconcile
from tui.conversation.turn import Turn
from tui.errors import AccessRefused, BadInput, RunnelError
from tui.events import (
    Asked,
    Rereading,
    SessionCreated,
    Settled,
    StreamEvent,
    TextDelta,
    TitleChanged,
    TurnEvent,
)
from tui.model import Message, Role, Run, Session, Standing, TextPart
from tui.safe_text import SafeText, clean, clean_line

if TYPE_CHECKING:
    from tui.conversation.connection import Connection

REREAD_PAUSES_S = (0.0, 0.25, 0.75, 2.0)
"""Waits before each re-reading of the history, until it shows the answer."""

T = TypeVar("T")

Source = Callable[[], AsyncGenerator[StreamEvent, None]]
"""Opens what an answer comes from."""


class Phase(enum.StrEnum):
    CONNECTING = "connecting"
    STREAMING = "streaming"
    RECOVERING = "recovering"


@dataclass(slots=True)
class Progress:
    """How a send is going. Times are seconds of the connection's clock."""

    began_at: float
    last_event_at: float
    phase: Phase = Phase.CONNECTING
    first_text_at: float | None = None
    received_bytes: int = 0


class _Stopped(Exception):
    """The person asked for the end of a send."""


class Conversation:
    """The messages of one session, the send on its way, and the draft of the next."""

    def __init__(self, connection: Connection, session_id: str | None) -> None:
        self._connection = connection
        self.session_id = session_id
        """`None` until the first send makes the session."""
        self.messages: tuple[Message, ...] = ()
        """As last read or settled, oldest first, without the answer that is arriving."""
        if session_id is not None:
            self.messages = tuple(connection.store.messages(session_id))
        self.verified = session_id is None
        """`messages` come from the server, not only from the local copy."""
        self.progress: Progress | None = None
        """`None` while nothing is being sent."""
        self._question: Message | None = None
        self._answer: ArrivingAnswer | None = None
        self._open_turns: tuple[Turn, ...] = ()
        self._renamed: dict[str, str] = {}
        self._limit: asyncio.Timeout | None = None
        self._stopping = False
        self._readings = 0
        self._taken_reading = 0

    @property
    def draft(self) -> str:
        return self._connection.store.draft(self.session_id or "")

    @draft.setter
    def draft(self, text: str) -> None:
        self._connection.store.save_draft(self.session_id or "", text)

    @property
    def visible(self) -> tuple[Message, ...]:
        """All messages, with the question on its way and the answer as far as it came."""
        if self._question is None or self._answer is None:
            return self.messages
        return (*self.messages, self._question, self._answer.message(Standing.STREAMING))

    def current_id(self, message_id: str) -> str:
        """Return the id a message has now: the server's, once one of ours was found there."""
        return self._renamed.get(message_id, message_id)

    @property
    def awaits_server(self) -> bool:
        """An answer may still come without a question: it is stored late, or a person writes it."""
        if self.progress is not None or not self.messages:
            return False
        if any(turn.question.standing is not Standing.UNSENT for turn in self._open_turns):
            return True
        last = self.messages[-1]
        is_silent = last.role is Role.ASSISTANT and not last.text and last.failure is None
        return is_silent and self._connection.backend.capabilities.operators

    def exchange_of(self, message_id: str) -> tuple[Message, ...]:
        """Return the question that a message is or answers, with its answers; oldest first."""
        exchange: list[Message] = []
        for message in self.messages:
            if message.role is Role.USER:
                if any(each.id == message_id for each in exchange):
                    break
                exchange = []
            exchange.append(message)
        is_in = any(each.id == message_id for each in exchange)
        return tuple(exchange) if is_in else ()

    async def delete(self, message_ids: Iterable[str]) -> None:
        """Delete the exchanges of these messages, at the server and here.

        Raises:
            BadInput: an answer is still coming.
            NotOffered: this host cannot delete messages.
        """
        if self.progress is not None:
            raise BadInput(
                "An answer is still coming in this session.", hint="Wait for it, or press Esc."
            )
        gone = {each.id for message_id in message_ids for each in self.exchange_of(message_id)}
        turns = [t for t in self._open_turns if not gone & {t.question.id, t.answer.id}]
        ours = {
            each.id
            for turn in self._open_turns
            if turn not in turns
            for each in (turn.question, turn.answer)
        }
        stored = [each.id for each in self.messages if each.id in gone - ours]
        if stored and self.session_id is not None:
            await self._connection.backend.delete_messages(self.session_id, stored)
        self._open_turns = tuple(turns)
        self.messages = tuple(each for each in self.messages if each.id not in gone)
        self._save()

    async def reread(self) -> tuple[Message, ...]:
        """Read the history from the server and put the turns it does not hold yet in place.

        While an answer arrives nothing is read: its end reads the history itself.

        Raises:
            NotFound: the session is not, or no longer, there.
        """
        if self.session_id is None or (self._question is not None and self.verified):
            return self.messages
        return await self._read_history()

    async def _read_history(self) -> tuple[Message, ...]:
        assert self.session_id is not None
        self._readings += 1
        reading = self._readings
        stored = await self._connection.backend.messages(self.session_id)
        if reading < self._taken_reading or self._is_answering():
            # older than what is shown, or it may hold the question that is shown as on its way
            return self.messages
        self._taken_reading = reading
        reconciled = reconcile(stored, self.messages, self._open_turns)
        if self.progress is not None and self.progress.phase is Phase.RECOVERING:
            # the turn that just ended is among the open ones: it must not show twice
            self._question = self._answer = None
        self.messages, self._open_turns = reconciled.history, reconciled.open_turns
        self._renamed |= reconciled.renamed
        self.verified = True
        self._save()
        return self.messages

    def _is_answering(self) -> bool:
        progress = self.progress
        return progress is not None and self.verified and progress.phase is not Phase.RECOVERING

    def withdraw(self, question_id: str) -> None:
        """Forget a turn that never reached the server, because it is about to be sent again."""
        gone = {
            each.id
            for turn in self._open_turns
            if turn.question.id == question_id and turn.question.standing is Standing.UNSENT
            for each in (turn.question, turn.answer)
        }
        self.messages = tuple(each for each in self.messages if each.id not in gone)
        self._open_turns = tuple(t for t in self._open_turns if t.question.id not in gone)

    def stop(self) -> None:
        """End the send on its way, keeping what came; `send` still settles."""
        if self.progress is None:
            return
        self._stopping = True
        if self._limit is not None:
            self._limit.reschedule(asyncio.get_running_loop().time())

    async def send(
        self, text: str, *, streaming: bool = True, workflow_id: str = ""
    ) -> AsyncGenerator[TurnEvent, None]:
        """Send `text` once, yield what happens, and end with `Settled` however it went.

        Without `streaming` the answer comes in one piece; with a `workflow_id` the question
        starts that workflow.

        Raises:
            BadInput: there is nothing to send, or an answer is still coming; nothing was written.
        """
        if not text.strip():
            raise BadInput("There is nothing to send.", hint="Type a question first.")
        question = _local_message(Role.USER, clean(text))
        source = partial(self._source, text, streaming=streaming, workflow_id=workflow_id)
        ending = Ending(self._known_ids())
        journal = Journal(self._connection.store)
        events = self._sending(text, question, source, ending, journal)
        async with aclosing(self._turn(question, events, ending, journal)) as turn:
            async for event in turn:
                yield event

    async def attach(self, run: Run) -> AsyncGenerator[TurnEvent, None]:
        """Follow a run that was started before, as `send` follows its own.

        Raises:
            BadInput: an answer is still coming, or the question of the run is not known.
        """
        asked = [at for at, each in enumerate(self.messages) if each.role is Role.USER]
        named = [at for at in asked if self.messages[at].id == run.question_id]
        if not asked:
            raise BadInput("The question of this run is not known.", hint="Read the session again.")
        at = named[-1] if named else asked[-1]
        question, before = self.messages[at], self.messages[:at]
        ending = Ending(
            frozenset(each.id for each in before), is_stored=True, named_ids={question.id}
        )
        session_id = self.session_id or ""
        source = partial(self._connection.backend.follow, session_id, run.id)
        journal = Journal(self._connection.store)
        events = self._arriving(source, ending, journal)
        async with aclosing(self._turn(question, events, ending, journal, before)) as turn:
            async for event in turn:
                yield event

    async def _turn(
        self,
        question: Message,
        events: AsyncGenerator[TurnEvent, None],
        ending: Ending,
        journal: Journal,
        before: tuple[Message, ...] | None = None,
    ) -> AsyncGenerator[TurnEvent, None]:
        """Show `question` and what `events` bring behind the messages, or those `before` it."""
        if self.progress is not None:
            raise BadInput(
                "An answer is still coming in this session.", hint="Wait for it, or press Esc."
            )
        began_at = self._connection.clock()
        self.progress = Progress(began_at, began_at)
        self._stopping = False
        self.messages = self.messages if before is None else before
        self._question = question
        self._answer = ArrivingAnswer(f"local-{uuid4().hex}", self._connection.clock)
        try:
            outcome = self._outcome(question, self._answer, events, ending)
            async with aclosing(outcome) as told:
                async for event in told:
                    if isinstance(event, Settled):
                        journal.end()
                    yield event
        finally:
            self.progress = self._question = self._answer = None

    async def _sending(
        self,
        text: str,
        question: Message,
        source: Source,
        ending: Ending,
        journal: Journal,
    ) -> AsyncGenerator[TurnEvent, None]:
        """Write the question down, make sure of its session, and send it."""
        journal.begin(self.session_id or "", text)
        yield Asked(question)
        if self.session_id is None:
            session = await self._create_session(question)
            journal.assign(session.id)
            yield SessionCreated(session)
        elif not self.verified:
            # where reading is refused, asking may be allowed: a public chatbot needs no key
            with suppress(AccessRefused):
                await self._until_stopped(self.reread)
        self._check_stopped()
        ending.known_ids, ending.opened = self._known_ids(), True
        async with aclosing(self._arriving(source, ending, journal)) as events:
            async for event in events:
                yield event

    async def _outcome(
        self,
        question: Message,
        answer: ArrivingAnswer,
        events: AsyncGenerator[TurnEvent, None],
        ending: Ending,
    ) -> AsyncGenerator[TurnEvent, None]:
        """Yield `events`, and however they end look into the history and settle."""
        try:
            async with aclosing(events):
                async for event in events:
                    yield event
        except _Stopped:
            ending.stop()
        except RunnelError as error:
            ending.fail(error)
        except (asyncio.CancelledError, GeneratorExit):
            ending.stop()
            self._take_in(ending.turn(question, answer))
            raise
        turn = ending.turn(question, answer)
        if ending.opened:
            async with aclosing(self._find_in_history(turn)) as search:
                async for rereading in search:
                    yield rereading
        else:
            self._take_in(turn)
        settled = self._settled(turn)
        self._note_activity(turn.question)
        yield settled

    async def _create_session(self, question: Message) -> Session:
        connection = self._connection
        create = partial(connection.backend.create_session, connection.bot_id)
        session = await self._until_stopped(create)
        session = replace(
            session,
            title=session.title or clean_line(question.text, 80),
            created_at=session.created_at or connection.now(),
            updated_at=connection.now(),
        )
        self.session_id = session.id
        connection.adopt(self, session)
        return session

    def _source(
        self, text: str, *, streaming: bool, workflow_id: str
    ) -> AsyncGenerator[StreamEvent, None]:
        assert self.session_id is not None
        backend, bot_id = self._connection.backend, self._connection.bot_id
        if workflow_id:
            return backend.run(self.session_id, bot_id, workflow_id, text)
        if not streaming:
            return in_one_piece(backend.answer(self.session_id, bot_id, text))
        return backend.stream(self.session_id, bot_id, text)

    async def _arriving(
        self, source: Source, ending: Ending, journal: Journal
    ) -> AsyncGenerator[TurnEvent, None]:
        assert self._answer is not None
        answer, stream = self._answer, source()
        async with aclosing(stream):
            while (event := await self._until_stopped(lambda: anext(stream, None))) is not None:
                answer.take(event)
                ending.hear(event)
                self._note(event)
                if isinstance(event, TextDelta):
                    journal.note(event.text)
                yield event

    def _note(self, event: StreamEvent) -> None:
        progress = self.progress
        assert progress is not None
        progress.last_event_at = self._connection.clock()
        match event:
            case TextDelta(text):
                progress.phase = Phase.STREAMING
                progress.received_bytes += len(text.encode())
                if progress.first_text_at is None:
                    progress.first_text_at = progress.last_event_at
            case TitleChanged(title):
                self._connection.rename(self.session_id or "", title)
            case _:
                pass

    async def _find_in_history(self, turn: Turn) -> AsyncGenerator[Rereading, None]:
        assert self.progress is not None
        self.progress.phase = Phase.RECOVERING
        # a stop that ended the stream is done; another one ends the waiting for the history
        self._stopping = False
        self._open_turns += (turn,)
        try:
            yield Rereading()
            for pause_s in REREAD_PAUSES_S:
                await self._until_stopped(partial(asyncio.sleep, pause_s))
                try:
                    await self._until_stopped(self._read_history)
                except AccessRefused:
                    return
                except RunnelError:
                    continue
                if turn not in self._open_turns:
                    return
        except _Stopped:
            pass
        else:
            turn = self._with_failure(turn)
        finally:
            if turn in self._open_turns:
                self._take_in(turn)

    def _with_failure(self, turn: Turn) -> Turn:
        """Say of an answer without a failure of its own that the history does not show it."""
        if turn.answer.failure is not None:
            return turn
        answer = replace(turn.answer, failure=NOT_SHOWN)
        told = replace(turn, answer=answer)
        self._open_turns = tuple(told if each == turn else each for each in self._open_turns)
        self.messages = tuple(answer if each == turn.answer else each for each in self.messages)
        return told

    def _take_in(self, turn: Turn) -> None:
        """Show a turn that is over among the messages though the history does not hold it."""
        if turn not in self._open_turns:
            self._open_turns += (turn,)
        if self._question is not None:
            self._question = self._answer = None
            self.messages += (turn.question, turn.answer)
        if (copy := adopt_copy(turn)) is not None:
            self._renamed[turn.answer.id] = copy.id
            self._open_turns = tuple(
                replace(each, answer=copy) if each == turn else each for each in self._open_turns
            )
            self.messages = tuple(
                copy if each.id == turn.answer.id else each for each in self.messages
            )
        self._save()

    def _save(self) -> None:
        connection, session_id = self._connection, self.session_id
        # a session deleted meanwhile is no longer ours to keep
        if session_id is not None and connection.opened(session_id) is self:
            connection.store.save_messages(session_id, self.messages)

    def _settled(self, turn: Turn) -> Settled:
        """Say where `turn` stands in `messages` now."""
        by_id = {message.id: message for message in self.messages}
        return Settled(
            by_id.get(self.current_id(turn.question.id), turn.question),
            by_id.get(self.current_id(turn.answer.id), turn.answer),
            self.messages,
        )

    def _known_ids(self) -> frozenset[str]:
        return frozenset(message.id for message in self.messages)

    def _note_activity(self, question: Message) -> None:
        """Move the session to the head of the list, unless nothing reached the server."""
        session = self._connection.known_session(self.session_id or "")
        if session is not None and question.standing is not Standing.UNSENT:
            now = self._connection.now()
            self._connection.note_session(replace(session, updated_at=now))
            self._connection.describe(session.id)

    def _check_stopped(self) -> None:
        if self._stopping:
            raise _Stopped

    async def _until_stopped(self, start: Callable[[], Awaitable[T]]) -> T:
        """Wait for what `start` returns, cancelled by `stop`; stopped before, nothing is started.

        Raises:
            _Stopped: it was stopped.
        """
        self._check_stopped()
        try:
            # the generators between here and the screen are suspended between two waits, so only
            # the wait itself may be cancelled
            async with asyncio.timeout(None) as self._limit:
                return await start()
        except TimeoutError:
            raise _Stopped from None
        finally:
            self._limit = None


def _local_message(role: Role, text: SafeText) -> Message:
    return Message(f"local-{uuid4().hex}", role, (TextPart(text),))
