"""Slot of a conversation for the one send that can be on its way."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from functools import partial

from tui.conversation.account import Account
from tui.conversation.answer_stream import answer_stream
from tui.conversation.progress import Progress
from tui.conversation.send_queue import SendQueue
from tui.conversation.send_records import SendRecords
from tui.conversation.sending import OpenStream, Sending
from tui.conversation.session_binding import SessionBinding
from tui.conversation.stored_history import StoredHistory
from tui.errors import SentElsewhere
from tui.events import TurnEvent
from tui.model import Message
from tui.store import Claim
from tui.turn import QueuedQuestion


class SendSlot:
    """Sends one question after the other; `sends` gets a record of each."""

    def __init__(
        self,
        account: Account,
        session: SessionBinding,
        stored: StoredHistory,
        queue: SendQueue,
        sends: SendRecords,
    ) -> None:
        self._account = account
        self._session = session
        self._stored = stored
        self._queue = queue
        self._sends = sends
        self._sending: Sending | None = None

    @property
    def is_taken(self) -> bool:
        """Something is being sent, or its answer is coming."""
        return self._sending is not None

    @property
    def question(self) -> Message | None:
        """What is being sent; `None` while nothing is."""
        return self._sending.question if self._sending is not None else None

    @property
    def progress(self) -> Progress | None:
        return self._sending.progress if self._sending is not None else None

    @property
    def is_waiting(self) -> bool:
        """What is being sent is not out yet."""
        return self._sending is not None and self._sending.is_waiting

    @property
    def is_out(self) -> bool:
        """The server may have what is being sent."""
        return self._sending is not None and self._sending.is_out

    @property
    def arriving(self) -> tuple[Message, ...]:
        """The question and the answer as far as it came, as long as the history lacks them."""
        return self._sending.arriving if self._sending is not None else ()

    def stop(self) -> None:
        """End the send on its way, keeping what came."""
        if self._sending is not None:
            self._account.wire.note_stopped(self._session.session_id)
            self._sending.stop()

    @asynccontextmanager
    async def taken(
        self,
        question: QueuedQuestion,
        follow: OpenStream | None = None,
        claim: Claim | None = None,
    ) -> AsyncIterator[AsyncGenerator[TurnEvent, None]]:
        """Be taken by a question for the length of the block, and give its events.

        With `follow` it was asked before; else a person asks it now, and the queue goes on.

        Raises:
            BadInput: it is taken, and an answer is still coming.
            SentElsewhere: another client has taken it.
        """
        self._stored.require_quiet()
        self._session.follow_bot()
        if follow is None:
            self._note_asked(question)
        self._sending = sending = Sending(
            question.message,
            follow or partial(answer_stream, self._account.backend, question),
            account=self._account,
            session=self._session,
            history=self._stored.history,
            workflow_id=question.workflow_id,
            claim=claim,
        )
        self._sends.add(sending.record)
        try:
            # what is asked while the local copy is read is shown, and can be stopped
            await self._stored.load()
            async with aclosing(sending.events()) as events:
                yield events
        except SentElsewhere:
            self._sending = None
            await self._give_over()
            raise
        finally:
            self._sending = None
            self._queue.settle(ended_well=sending.has_ended_well)
        if self._stored.is_behind:
            await self._stored.take_in()

    def _note_asked(self, question: QueuedQuestion) -> None:
        self._account.wire.note_sent(
            self._session.session_id,
            question.written,
            streaming=question.streaming,
            workflow=question.workflow_id,
            bot=self._session.bot_id,
        )
        self._queue.release()

    async def _give_over(self) -> None:
        """Take in what another client has made of what lay here."""
        await self._account.local.queues.take_in()
        await self._stored.take_in()
        if not self._stored.history.messages and not self._queue:
            self._session.unlist()
