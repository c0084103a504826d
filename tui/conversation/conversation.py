"""Conversation of one session: its messages, its draft, and the only way to add to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import aclosing, suppress
from dataclasses import replace
from functools import partial
from uuid import uuid4

from tui.conversation.account import Account
from tui.conversation.answer_builder import ArrivingAnswer, in_one_piece
from tui.conversation.history import History
from tui.conversation.journal import Journal
from tui.conversation.outcome import Ending, not_found
from tui.conversation.progress import Phase, Progress
from tui.conversation.stop import Stopped, Stopper
from tui.conversation.timeline import Timeline
from tui.errors import AccessRefused, BadInput, RateLimited, RunnelError, Unreachable
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
from tui.model import Message, Role, Run, Session, Standing, TextPart, Turn
from tui.safe_text import clean, clean_line
from tui.unexpected import in_our_words, reported

REREAD_PAUSES_S = (0.0, 0.25, 0.75, 2.0)
"""Waits before each re-reading of the history, until it shows the answer."""

Source = Callable[[], AsyncGenerator[StreamEvent, None]]
"""Opens what an answer comes from."""


class Conversation:
    """The messages of one session, the send on its way, and the draft of the next."""

    def __init__(
        self,
        account: Account,
        session_id: str | None,
        *,
        on_listed: Callable[[Conversation], None],
        is_current: Callable[[Conversation], bool],
    ) -> None:
        """`on_listed` hears of every new id that the session list knows the conversation by;
        `is_current` says whether it is still the one of its session.
        """
        self._account = account
        self._on_listed = on_listed
        self._is_current = is_current
        # another bot with other sessions may be picked while an answer comes
        self._session_index = account.session_index
        self._bot_id = account.bot_id
        self.session_id = session_id
        """`None` until the first send makes the session."""
        self._own_id = ""
        known = account.store.messages(session_id) if session_id is not None else ()
        self._history = History(known, self._save)
        self.verified = session_id is None
        """`messages` come from the server, not only from the local copy."""
        self.progress: Progress | None = None
        """`None` while nothing is being sent."""
        self._question: Message | None = None
        self._answer: ArrivingAnswer | None = None
        self._following: str = ""
        """Id of the stored question of a run that is followed; it is shown with its answer."""
        self._is_out = False
        """The server may have the question, and its answer is not over."""
        self._stopper = Stopper()

    @property
    def id(self) -> str:
        """What it is known by here: its session, one of ours while a first question has none.

        Empty until something is asked.
        """
        return self.session_id or self._own_id

    @property
    def draft(self) -> str:
        return self._account.store.draft(self.id)

    @draft.setter
    def draft(self, text: str) -> None:
        self._account.store.save_draft(self.id, text)

    @property
    def messages(self) -> tuple[Message, ...]:
        """As last read or settled, oldest first, without the answer that is arriving."""
        return self._history.messages

    @property
    def visible(self) -> tuple[Message, ...]:
        """All messages, with the question on its way and the answer as far as it came."""
        return tuple(self.timeline)

    @property
    def timeline(self) -> Timeline:
        """What `visible` holds, at a cost that does not grow with the conversation."""
        settled = len(self.messages)
        if self._question is None or self._answer is None:
            return Timeline(self._history, settled, ())
        if self._following and (asked_at := self._history.position(self._following)) is not None:
            settled = asked_at
        answer = self._answer.message(Standing.STREAMING)
        return Timeline(self._history, settled, (self._question, answer))

    def current_id(self, message_id: str) -> str:
        """Return the id a message has now: the server's, once one of ours was found there."""
        return self._history.current_id(message_id)

    @property
    def is_unsent(self) -> bool:
        """Questions were asked, and none of them reached the server."""
        asked = [each.standing for each in self.messages if each.role is Role.USER]
        return bool(asked) and all(each is Standing.UNSENT for each in asked)

    @property
    def awaits_server(self) -> bool:
        """An answer may still come without a question: it is stored late, or a person writes it."""
        if self.progress is not None or not self.messages:
            return False
        last = self.messages[-1]
        is_silent = last.role is Role.ASSISTANT and not last.text and last.failure is None
        return self._history.awaits_answer or (
            is_silent and self._account.backend.capabilities.operators
        )

    def exchange_of(self, message_id: str) -> tuple[Message, ...]:
        """Return the question that a message is or answers, with its answers; oldest first."""
        return self._history.exchange_of(message_id)

    async def delete(self, message_ids: Iterable[str]) -> None:
        """Delete the exchanges of these messages, at the server and here.

        Raises:
            BadInput: an answer is still coming.
            NotOffered: this host cannot delete messages.
        """
        self._require_quiet()
        wanted = tuple(message_ids)
        gone = self._exchanges_of(wanted)
        stored = self._history.stored_among(gone)
        if stored and self.session_id is not None:
            await self._account.backend.delete_messages(self.session_id, stored)
        # a reading may have found an answer meanwhile, and given it another id
        self._history.forget(gone | self._exchanges_of(wanted))

    def _exchanges_of(self, message_ids: Iterable[str]) -> set[str]:
        now = map(self.current_id, message_ids)
        return {each.id for message_id in now for each in self.exchange_of(message_id)}

    async def reread(self, *, whole: bool = False) -> tuple[Message, ...]:
        """Read the history from the server and put the turns it does not hold yet in place.

        While an answer arrives nothing is read: its end reads the history itself. With `whole`
        answers that a person stopped are shown as the server has them.

        Raises:
            NotFound: the session is not, or no longer, there.
        """
        if whole:
            self._history.want_whole()
        if self.session_id is None or (self._question is not None and self.verified):
            return self.messages
        await self._read_history()
        return self.messages

    async def _read_history(self) -> None:
        assert self.session_id is not None
        fetch = partial(self._account.backend.messages, self.session_id)
        # while an answer comes, the history may hold the question that is shown as on its way
        with in_our_words():
            is_taken = await self._history.read(fetch, lambda: self._is_out)
        if not is_taken:
            return
        self.verified = True
        if self.progress is not None and self.progress.phase is Phase.RECOVERING:
            # the turn that just ended is among the open ones: it must not show twice
            self._question = self._answer = None

    def withdraw(self, question_id: str) -> None:
        """Forget a turn that never reached the server, because it is about to be sent again."""
        self._history.withdraw(question_id)

    @property
    def holds_stopped(self) -> bool:
        """Answers that a person stopped are shown as far as they came."""
        return self._history.holds_stopped

    def was_stopped(self, run: Run) -> bool:
        """Say whether a person stopped the answer of this run, which goes on without them."""
        return self._history.was_stopped(run.question_id)

    def stop(self) -> None:
        """End the send on its way, keeping what came; `send` still settles."""
        if self.progress is None:
            return
        self._stopper.stop()

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
        question = _question(text)
        source = partial(self._source, text, streaming=streaming, workflow_id=workflow_id)
        ending = Ending(self._history.ids)
        journal = Journal(self._account.store)
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
        question = self.messages[(named or asked)[-1]]
        ending = Ending(
            self._history.ids - {question.id},
            opened=True,
            is_stored=True,
            named_ids={question.id},
        )
        source = partial(self._account.backend.follow, self.session_id or "", run.id)
        journal = Journal(self._account.store)
        events = self._arriving(source, ending, journal)
        async with aclosing(self._turn(question, events, ending, journal)) as turn:
            async for event in turn:
                yield event

    async def _turn(
        self,
        question: Message,
        events: AsyncGenerator[TurnEvent, None],
        ending: Ending,
        journal: Journal,
    ) -> AsyncGenerator[TurnEvent, None]:
        """Show `question` and what `events` bring, and settle."""
        self._require_quiet()
        began_at = self._account.clock()
        self.progress = Progress(began_at, began_at)
        self._stopper.reset()
        capabilities = self._account.backend.capabilities
        if self.session_id is None or not capabilities.sessions_belong_to_bot:
            self._session_index = self._account.session_index
            self._bot_id = self._account.bot_id
        self._question = question
        self._following = question.id if ending.is_stored else ""
        self._answer = ArrivingAnswer(f"local-{uuid4().hex}", self._account.clock)
        try:
            outcome = self._outcome(question, self._answer, events, ending)
            async with aclosing(outcome) as told:
                async for event in told:
                    if isinstance(event, Settled):
                        journal.end()
                    yield event
        finally:
            self.progress = self._question = self._answer = None
            self._following = ""
            self._is_out = False

    def _require_quiet(self) -> None:
        if self.progress is not None:
            raise BadInput(
                "An answer is still coming in this session.", hint="Wait for it, or press Esc."
            )

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
        if not self.id:
            self._move_draft(f"local-{uuid4().hex}")
        yield Asked(question)
        if self.session_id is None:
            session = await self._create_session(question)
            journal.assign(session.id)
            yield SessionCreated(session)
        elif not self.verified:
            # where reading is refused, asking may be allowed: a public chatbot needs no key
            with suppress(AccessRefused):
                await self._stopper.wait_for(self.reread)
        self._stopper.check()
        ending.known_ids, ending.opened = self._history.ids, True
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
        except Stopped:
            ending.stop()
        except Exception as error:  # noqa: BLE001 - whatever it was, what was written stays
            ending.fail(reported(error))
        except (asyncio.CancelledError, GeneratorExit):
            ending.cancel()
            self._take_in(ending.turn(question, answer))
            raise
        turn = ending.turn(question, answer)
        if ending.opened:
            async with aclosing(self._find_in_history(turn)) as search:
                async for rereading in search:
                    yield rereading
        else:
            self._take_in(turn)
        settled = self._history.settled(turn)
        if self.session_id is None:
            self._list_unmade(turn.question)
        self._note_activity(turn.question)
        yield settled

    async def _create_session(self, question: Message) -> Session:
        account = self._account
        create = partial(account.backend.create_session, self._bot_id)
        session = await self._stopper.wait_for(create)
        session = replace(
            session,
            title=session.title or clean_line(question.text, 80),
            created_at=session.created_at or account.now(),
            updated_at=account.now(),
        )
        account.drop_unmade(self._own_id)
        self._move_draft(session.id, is_session=True)
        self._on_listed(self)
        self._session_index.put_first(session)
        return session

    def _move_draft(self, new_id: str, *, is_session: bool = False) -> None:
        """Be known by another id, and take along what is written meanwhile."""
        draft, self.draft = self.draft, ""
        if is_session:
            self.session_id = new_id
        else:
            self._own_id = new_id
        self.draft = draft

    def _list_unmade(self, question: Message) -> None:
        """Keep a first question whose session could not be made in reach."""
        now = self._account.now()
        title = clean_line(question.text, 80)
        self._on_listed(self)
        self._account.keep_unmade(Session(self.id, title, created_at=now, updated_at=now))

    def _source(
        self, text: str, *, streaming: bool, workflow_id: str
    ) -> AsyncGenerator[StreamEvent, None]:
        assert self.session_id is not None
        backend, bot_id = self._account.backend, self._bot_id
        if workflow_id:
            return backend.run(self.session_id, bot_id, workflow_id, text)
        if not streaming:
            return in_one_piece(partial(backend.answer, self.session_id, bot_id, text))
        return backend.stream(self.session_id, bot_id, text)

    async def _arriving(
        self, source: Source, ending: Ending, journal: Journal
    ) -> AsyncGenerator[TurnEvent, None]:
        assert self._answer is not None
        answer, stream = self._answer, source()
        self._is_out = True
        async with aclosing(stream):
            while (event := await self._stopper.wait_for(lambda: anext(stream, None))) is not None:
                answer.take(event)
                ending.hear(event)
                if self.progress is not None:
                    self.progress.note(event, self._account.clock())
                if isinstance(event, TextDelta):
                    journal.note(event.text)
                elif isinstance(event, TitleChanged):
                    self._session_index.rename(self.session_id or "", event.title)
                yield event

    async def _find_in_history(self, turn: Turn) -> AsyncGenerator[Rereading, None]:
        assert self.progress is not None
        self.progress.phase = Phase.RECOVERING
        self._is_out = False
        # a stop that ended the stream is done; another one ends the waiting for the history
        self._stopper.reset()
        self._history.add(turn)
        trouble: RunnelError | None = None
        try:
            yield Rereading()
            for pause_s in REREAD_PAUSES_S:
                await self._stopper.wait_for(partial(asyncio.sleep, pause_s))
                try:
                    await self._stopper.wait_for(self._read_history)
                except AccessRefused:
                    return
                except (Unreachable, RateLimited) as error:
                    # the backend has made this reading again for long enough
                    trouble = error
                    break
                except RunnelError as error:
                    trouble = error
                    continue
                trouble = None
                if self._history.was_found(turn):
                    return
        except Stopped:
            pass
        else:
            turn = self._history.blame(turn, not_found(trouble))
        finally:
            if self._history.is_open(turn):
                self._take_in(turn)

    def _take_in(self, turn: Turn) -> None:
        """Show a turn that is over among the messages though the history does not hold it."""
        self._history.add(turn)
        if self._question is not None:
            self._question = self._answer = None
            self._history.show(turn)
        self._history.settle_for_copy(turn)

    def _save(self, messages: Sequence[Message]) -> None:
        # a session deleted meanwhile is no longer ours to keep
        if self.session_id is not None and self._is_current(self):
            self._account.store.save_messages(self.session_id, messages)

    def _note_activity(self, question: Message) -> None:
        """Move the session to the head of the list, unless nothing reached the server."""
        session = self._session_index.find(self.session_id or "")
        if session is not None and question.standing is not Standing.UNSENT:
            self._session_index.put_first(replace(session, updated_at=self._account.now()))
            self._session_index.describe(session.id)


def _question(text: str) -> Message:
    return Message(f"local-{uuid4().hex}", Role.USER, (TextPart(clean(text)),), raw=text)
