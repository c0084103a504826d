"""Conversation of one session: its messages, its draft, and the only way to add to it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable

from tui.backends.base import offered
from tui.conversation.account import Account
from tui.conversation.open_turns import OpenTurns
from tui.conversation.progress import Progress
from tui.conversation.send_queue import SendQueue
from tui.conversation.send_records import SendRecords
from tui.conversation.send_slot import SendSlot
from tui.conversation.session_binding import SessionBinding
from tui.conversation.session_index import SessionIndex
from tui.conversation.session_names import SessionNames
from tui.conversation.stored_history import StoredHistory
from tui.conversation.timeline import Timeline
from tui.conversation.unsent_questions import UnsentQuestions
from tui.errors import BadInput
from tui.events import TurnEvent
from tui.formatting.plain_text import on_own_lines
from tui.model import Message, MessageStatus, Role, Run
from tui.store import Again, AtRest, New
from tui.turn import QueuedQuestion


class Conversation:
    """The messages of one session, the send on its way, and the draft of the next."""

    def __init__(
        self,
        account: Account,
        session_id: str | None,
        *,
        on_listed: Callable[[Conversation], None],
        is_current: Callable[[Conversation], bool],
        asks: str = "",
    ) -> None:
        """`on_listed` hears of every new id that the session list knows the conversation by;
        `is_current` says whether it is still the one of its session; with `asks` that bot answers,
        whichever is picked.
        """
        self._account = account
        self._is_current = is_current
        self._session = SessionBinding(account, session_id, lambda: on_listed(self), asks)
        self.names = SessionNames(account, self._session)
        self.stored = StoredHistory(
            account,
            self._session,
            is_current=lambda: is_current(self),
            is_busy=lambda: self._slot.is_taken,
        )
        """Its history in memory and in the store: whoever shows it tells the cache so."""
        self._history = self.stored.history
        self.open_turns: OpenTurns = self._history.open_turns
        """The turns of which the history does not hold the answer."""
        self.sends = SendRecords(self._history.current_id)
        """The last ones, with the one on its way."""
        self.queue = SendQueue(
            account,
            self._session,
            going_out=lambda: asked.id if (asked := self._slot.question) is not None else "",
            is_alone=lambda: not self.messages,
        )
        """What is sent after the answer that is coming."""
        self._slot = SendSlot(account, self._session, self.stored, self.queue, self.sends)
        self.unsent = UnsentQuestions(self._history, self.queue)
        """What never reached the server."""

    @property
    def session_id(self) -> str | None:
        """`None` until the first send makes the session."""
        return self._session.session_id

    @property
    def id(self) -> str:
        """What it is known by here: its session, one of ours while a first question has none.

        Empty until something is asked.
        """
        return self._session.id

    @property
    def session_index(self) -> SessionIndex:
        """The session list in which its session stands."""
        return self._session.index

    @property
    def is_gone(self) -> bool:
        """The server knows no such session any more: nothing can be sent in it."""
        return self._session.is_gone

    @property
    def is_customers(self) -> bool:
        """It is a customer's: nothing is asked in it before `ask_here`."""
        return self._session.is_customers

    async def ask_here(self) -> None:
        """Let questions be asked in it from now on, though it is a customer's."""
        await self.load()
        self._session.ask_here()

    @property
    def draft(self) -> str:
        return self._session.draft

    @draft.setter
    def draft(self, text: str) -> None:
        self._session.draft = text

    def write_before(self, text: str) -> None:
        """Put `text` before the draft; of a session that was deleted it becomes a question."""
        if self._is_current(self):
            self.draft = on_own_lines(text, self.draft)
        else:
            self._account.local.remember_question(text)

    @property
    def progress(self) -> Progress | None:
        """How the send is going; `None` while nothing is being sent."""
        return self._slot.progress

    @property
    def waiting_question(self) -> str:
        """What is being sent and is not out yet; empty when nothing is."""
        asked = self._slot.question
        return asked.written if asked is not None and self._slot.is_waiting else ""

    @property
    def is_out(self) -> bool:
        """The server may have what is being sent."""
        return self._slot.is_out

    @property
    def messages(self) -> tuple[Message, ...]:
        """As last read or settled, oldest first, without the answer that is arriving."""
        return self._history.messages

    @property
    def timeline(self) -> Timeline:
        """All messages, with the question on its way and the answer as far as it came.

        Its cost does not grow with the conversation.
        """
        settled = len(self.messages)
        arriving = self._slot.arriving
        # the question of a run that is followed is shown with its answer
        if arriving and (asked_at := self._history.position(arriving[0].id)) is not None:
            settled = asked_at
        return Timeline(self._history, settled, arriving)

    def current_id(self, message_id: str) -> str:
        """Return the id a message has now: the server's, once one of ours was found there."""
        return self._history.current_id(message_id)

    @property
    def awaits_server(self) -> bool:
        """An answer may still come without a question: it is stored late, or a person writes it."""
        if self.progress is not None or not self.messages:
            return False
        last = self.messages[-1]
        is_silent = last.role is Role.ASSISTANT and not last.text and last.failure is None
        return self.open_turns.awaits_answer or (
            is_silent and self._account.backend.capabilities.operators
        )

    async def load(self) -> None:
        """Take in what is stored here of the history, once; nothing else of it is known before."""
        await self.stored.load()

    async def reread(self, *, whole: bool = False) -> tuple[Message, ...]:
        """Read the history from the server and put the turns it does not hold yet in place.

        While an answer arrives nothing is read: its end reads the history itself. With `whole`
        answers that a person stopped are shown as the server has them.

        Raises:
            NotFound: the session is not, or no longer, there.
        """
        await self.load()
        if whole:
            self._history.want_whole()
        is_arriving = bool(self._slot.arriving)
        if self.session_id is not None and not (is_arriving and self._history.is_verified):
            # the history may hold the question that is shown as on its way
            await self.stored.read(lambda: self._slot.is_out)
        return self.messages

    def stop(self) -> None:
        """End the send on its way, keeping what came; `send` still settles."""
        self._slot.stop()

    async def send(
        self, text: str, *, streaming: bool = True, workflow_id: str = ""
    ) -> AsyncGenerator[TurnEvent, None]:
        """Send `text` once, yield what happens, and end with `Settled` however it went.

        Without `streaming` the answer comes in one piece; with a `workflow_id` the question
        starts that workflow.

        Raises:
            BadInput: there is nothing to send, or an answer is still coming; nothing was written.
            CustomersSession: a person has to decide about that first.
            SentElsewhere: another client makes the session, or has sent what was taken back.
        """
        if not text.strip():
            raise BadInput("There is nothing to send.", hint="Type a question first.")
        if self.is_customers:
            # what is kept of it may say that it is not
            await self.load()
            self._session.require_ours()
        await self.queue.check_taken()
        question = QueuedQuestion.of(text, streaming=streaming, workflow_id=workflow_id)
        claim = New() if self.session_id is None and self.id else None
        async with self._slot.taken(question, claim=claim) as events:
            async for event in events:
                yield event

    async def send_again(
        self, question: Message, *, streaming: bool = True
    ) -> AsyncGenerator[TurnEvent, None]:
        """Send a question of this conversation once more, as `send` does.

        One that was never sent keeps its id and its marks, and is open no more.

        Raises:
            BadInput: an answer is still coming; nothing was written.
            CustomersSession: a person has to decide about that first.
            SentElsewhere: another client has done so, or has asked something since.
        """
        await self.load()
        self._session.require_ours()
        is_unsent = question.status is MessageStatus.UNSENT
        again = QueuedQuestion.of(
            question.written, streaming=streaming, own_id=question.id if is_unsent else ""
        )
        last_id = self.messages[-1].id if self.messages else ""
        async with self._slot.taken(
            again, claim=AtRest() if is_unsent else Again(last_id)
        ) as events:
            async for event in events:
                yield event

    async def send_queued(self) -> AsyncGenerator[TurnEvent, None]:
        """Send the first question of the queue as `send` does; the others may follow then.

        Raises:
            BadInput: there is none, or an answer is still coming; the queue is as it was.
            SentElsewhere: another client has taken it.
        """
        if not self.queue.questions:
            raise BadInput("Nothing is queued.", hint="Type a question first.")
        async with self._slot.taken(self.queue.questions[0], claim=AtRest()) as events:
            async for event in events:
                yield event

    async def attach(self, run: Run) -> AsyncGenerator[TurnEvent, None]:
        """Follow a run that was started before, as `send` follows its own.

        Raises:
            BadInput: an answer is still coming, or the question of the run is not known.
        """
        await self.load()
        if (question := self._history.asked(run.question_id)) is None:
            raise BadInput("The question of this run is not known.", hint="Reload the session.")
        workflows = offered(self._account.backend.workflows, "run workflows")
        async with self._slot.taken(
            QueuedQuestion(question),
            lambda session_id, _: workflows.follow(session_id, run.id),
        ) as events:
            async for event in events:
                yield event
