"""Journal of one send: its row in the store, from before it goes out until its turn is saved."""

from __future__ import annotations

import asyncio

from tui.conversation.answer_builder import AnswerBuilder
from tui.events import StreamEvent, TextDelta, ToolCalled, ToolProgressed, ToolReturned
from tui.model import Part, TextPart
from tui.store import AccountStore, Claim, Send
from tui.values import replace

BATCH_S = 0.5
"""What arrived is written after so long at the latest."""
BATCH_CHARS = 16_384
"""As much text is written at once."""


class Journal:
    """What is needed to show a send again after a crash; without `begin` nothing is written.

    What arrives is noted without waiting and written in batches.
    """

    def __init__(self, store: AccountStore) -> None:
        self._store = store
        self._send: Send | None = None
        self._arrived: list[Part] = []
        self._arrived_chars = 0
        self._named_ids: frozenset[str] = frozenset()
        self._next_batch: asyncio.TimerHandle | None = None

    @property
    def has_begun(self) -> bool:
        """The question is written down, and its turn is not saved yet."""
        return self._send is not None

    def begin(self, send: Send) -> None:
        """Write the question down: no other client can send it."""
        self._write(send)

    async def claim(self, send: Send, claim: Claim) -> bool:
        """Write the question down; `False` when `claim` does not hold: another client sends it."""
        claiming = asyncio.ensure_future(self._store.sends.claim(send, claim))
        try:
            is_ours = await asyncio.shield(claiming)
        except asyncio.CancelledError:
            # it may be ours by now, and then a turn must be made of it
            self._send = send if await claiming else None
            raise
        self._send = send if is_ours else None
        return is_ours

    def assign(self, session_id: str) -> None:
        """Note the session that was made for it."""
        if self._send is not None:
            self._write(replace(self._send, session_id=session_id))

    async def open(self, known_ids: frozenset[str]) -> None:
        """Note that the question goes out, and wait until that would survive a crash."""
        if self._send is not None:
            self._write(replace(self._send, is_out=True, known_ids=known_ids))
            await self._store.flush()

    def note(self, event: StreamEvent, answer: AnswerBuilder) -> None:
        """Note what has just come of an answer."""
        if self._send is None:
            return
        match event:
            case TextDelta(text):
                self._arrived.append(TextPart(text))
                self._arrived_chars += len(text)
            case ToolCalled(call) | ToolProgressed(call) | ToolReturned(call):
                self._arrived += answer.tools(call)
            case _ if self._named_ids == answer.named_ids:
                return
        self._named_ids = answer.named_ids
        if self._arrived_chars >= BATCH_CHARS:
            self._write_batch()
        elif self._next_batch is None:
            loop = asyncio.get_running_loop()
            self._next_batch = loop.call_later(BATCH_S, self._write_batch)

    def end(self) -> None:
        """Forget the send: a turn was made of it."""
        self._stop_waiting()
        if self._send is not None:
            self._store.sends.end(self._send.id)
            self._send = None

    def _write(self, send: Send) -> None:
        self._send = send
        self._store.sends.save(send)

    def _write_batch(self) -> None:
        self._stop_waiting()
        if self._send is not None:
            self._store.sends.add_arrived(self._send.id, self._arrived, self._named_ids)
        self._arrived, self._arrived_chars = [], 0

    def _stop_waiting(self) -> None:
        if self._next_batch is not None:
            self._next_batch.cancel()
            self._next_batch = None
