"""Workers of the sends on their way, and what became of those nobody was looking at."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextlib import aclosing
from functools import partial
from typing import Any, Protocol
from weakref import WeakKeyDictionary, WeakSet

from textual.worker import Worker

from tui.conversation import Connection, Conversation, EarlySend, Phase
from tui.errors import BadInput
from tui.events import Rereading, Settled, TurnEvent
from tui.model import Message, Run
from tui.ui.sessions.rows import RowState

Events = AsyncGenerator[TurnEvent, None]


Task = Callable[[], Coroutine[Any, Any, None]]


class Spawn(Protocol):
    """Starts a task as a worker; a second one of the same group ends the first."""

    def __call__(self, task: Task, group: str) -> Worker[None]: ...


class SendWorkers:
    """One worker per session, over all profiles; leaving a session does not stop its worker.

    A worker goes on with what is queued as long as the queue does. `moved` is told of every event,
    `refused` of a send that could not begin. When a stream is over, `last_drawn` is waited for
    before anything else is made of it.
    """

    def __init__(
        self,
        spawn: Spawn,
        moved: Callable[[Connection, Conversation, TurnEvent], None],
        refused: Callable[[Conversation, str, BadInput], None],
        last_drawn: Callable[[Conversation], Awaitable[None]],
    ) -> None:
        self._spawn = spawn
        self._moved = moved
        self._refused = refused
        self._last_drawn = last_drawn
        self._busy: dict[Conversation, Connection] = {}
        self._followed = WeakSet[Conversation]()
        self._unseen = WeakKeyDictionary[Conversation, RowState]()

    def start(
        self,
        connection: Connection,
        conversation: Conversation,
        text: str,
        *,
        streaming: bool = True,
        workflow_id: str = "",
    ) -> None:
        """Send `text` in the background, as `Conversation.send` does."""
        events = conversation.send(text, streaming=streaming, workflow_id=workflow_id)
        self._start(connection, conversation, events, text)

    def start_again(
        self,
        connection: Connection,
        conversation: Conversation,
        question: Message,
        *,
        streaming: bool,
    ) -> None:
        """Send a question once more, as `Conversation.send_again` does."""
        events = conversation.send_again(question, streaming=streaming)
        self._start(connection, conversation, events, "")

    def start_queued(self, connection: Connection, conversation: Conversation) -> Worker[None]:
        """Send what is queued, one after the other; the worker ends where that does."""
        return self._start(connection, conversation, conversation.send_queued(), "")

    def go_on(self, early: EarlySend) -> None:
        """See to what was sent before there was anything to show it."""
        self._start(early.connection, early.conversation, early.events(), early.text)

    def attach(self, connection: Connection, conversation: Conversation, run: Run) -> None:
        """Follow a run in the background that was started before."""
        self._followed.add(conversation)
        self._start(connection, conversation, conversation.attach(run), "")

    def _start(
        self, connection: Connection, conversation: Conversation, events: Events, text: str
    ) -> Worker[None]:
        group = f"turn-{id(conversation)}"
        # not only when the worker begins: another one would end it before that
        self._busy[conversation] = connection
        return self._spawn(partial(self._run, connection, conversation, events, text), group)

    async def _run(
        self, connection: Connection, conversation: Conversation, events: Events, text: str
    ) -> None:
        settled: Settled | None = None
        try:
            settled = await self._play(connection, conversation, events)
            while settled is not None and conversation.queue.goes_on:
                self._settle(connection, conversation, settled)
                settled = await self._play(connection, conversation, conversation.send_queued())
        except BadInput as error:
            self._refused(conversation, text, error)
            return
        finally:
            self._busy.pop(conversation, None)
            if settled is None:
                # nothing will come that it could go on after
                conversation.queue.hold()
        if settled is not None:
            # told last, when nothing is busy with it any more
            self._settle(connection, conversation, settled)

    async def _play(
        self, connection: Connection, conversation: Conversation, events: Events
    ) -> Settled | None:
        """Tell of all events but the last, and return that; `None` when it does not come."""
        self._unseen.pop(conversation, None)
        settled: Settled | None = None
        try:
            async with aclosing(events) as turn:
                async for event in turn:
                    if isinstance(event, Rereading):
                        await self._last_drawn(conversation)
                    if isinstance(event, Settled):
                        settled = event
                    else:
                        self._moved(connection, conversation, event)
        finally:
            self._followed.discard(conversation)
        return settled

    def _settle(self, connection: Connection, conversation: Conversation, settled: Settled) -> None:
        failed = settled.answer.failure is not None
        self._unseen[conversation] = RowState.FAILED if failed else RowState.FINISHED
        self._moved(connection, conversation, settled)

    @property
    def busy(self) -> list[Conversation]:
        return list(self._busy)

    @property
    def busy_unkept(self) -> list[Conversation]:
        """Those of the busy ones of which the next start knows nothing."""
        return [each for each, link in self._busy.items() if not link.store.is_lasting]

    @property
    def asked_here(self) -> list[Conversation]:
        """Those of the busy ones that do more than follow a run that goes on by itself."""
        return [each for each in self._busy if each not in self._followed]

    def is_busy(self, conversation: Conversation) -> bool:
        """Say whether something is being sent or followed in a conversation, or about to be."""
        return conversation in self._busy

    def seen(self, conversation: Conversation) -> None:
        """Note that a person looks at this conversation: what was unread is read."""
        if self._unseen.get(conversation) is RowState.FINISHED:
            del self._unseen[conversation]

    def state(self, conversation: Conversation) -> RowState:
        """Return what the session list shows of a conversation."""
        progress = conversation.progress
        if progress is not None:
            waiting = progress.phase is Phase.CONNECTING
            return RowState.WAITING if waiting else RowState.STREAMING
        if conversation in self._unseen:
            return self._unseen[conversation]
        if conversation.queue.questions:
            return RowState.WAITING
        if any(each.is_unsent for each in conversation.open_turns):
            return RowState.FAILED
        return RowState.DRAFT if conversation.draft else RowState.QUIET
