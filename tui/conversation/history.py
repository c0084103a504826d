"""The messages of one session: the server's, with the turns it does not hold yet."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import replace

from tui.conversation.ending import GONE
from tui.conversation.reconcile import adopt_copy, reconcile
from tui.conversation.turn import Turn
from tui.events import Settled
from tui.model import Failure, Message, Role, Standing


class History:
    """What was read and what was taken in, oldest first; `save` is called with every change."""

    def __init__(
        self, messages: Iterable[Message], save: Callable[[Sequence[Message]], None]
    ) -> None:
        self.messages = tuple(messages)
        self._save = save
        self._open_turns: tuple[Turn, ...] = ()
        self._renamed: dict[str, str] = {}
        self._readings = 0
        self._taken_reading = 0
        self._positions: dict[str, int] = {}
        self._positions_of: tuple[Message, ...] = ()

    def position(self, message_id: str) -> int | None:
        """Return where a message stands, without looking through all of them each time."""
        if self._positions_of is not self.messages:
            self._positions = {message.id: at for at, message in enumerate(self.messages)}
            self._positions_of = self.messages
        return self._positions.get(message_id)

    def current_id(self, message_id: str) -> str:
        """Return the id a message has now: the server's, once one of ours was found there."""
        return self._renamed.get(message_id, message_id)

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(message.id for message in self.messages)

    @property
    def awaits_answer(self) -> bool:
        """The server has, or may have, a question of which the answer was not found."""
        return any(t.question.standing is not Standing.UNSENT for t in self._open_turns)

    def is_open(self, turn: Turn) -> bool:
        """Say whether the answer of a turn that was added is still to be found."""
        return turn in self._open_turns

    def add(self, turn: Turn) -> None:
        """Look for `turn` from the next reading on."""
        if turn not in self._open_turns:
            self._open_turns += (turn,)

    async def read(
        self,
        fetch: Callable[[], Awaitable[Sequence[Message]]],
        is_in_the_way: Callable[[], bool],
    ) -> bool:
        """Put what `fetch` brings in place, with the turns that it does not hold.

        `False` when a later reading was faster, or when `is_in_the_way` afterwards.
        """
        self._readings += 1
        reading = self._readings
        stored = await fetch()
        if reading < self._taken_reading or is_in_the_way():
            return False
        self._taken_reading = reading
        reconciled = reconcile(stored, self.messages, self._open_turns)
        self.messages, self._open_turns = reconciled.history, reconciled.open_turns
        self._renamed |= reconciled.renamed
        self._save(self.messages)
        return True

    def show(self, turn: Turn) -> None:
        """Put a turn that is over behind the messages, or its answer behind its question."""
        asked_at = self.position(turn.question.id)
        if asked_at is None:
            self.messages += (turn.question, turn.answer)
            return
        at = asked_at + 1
        self.messages = (*self.messages[:at], turn.answer, *self.messages[at:])

    def settle_for_copy(self, turn: Turn) -> None:
        """Let the copy that the stream ended with, if any, stand for an answer not found."""
        if (copy := adopt_copy(turn)) is not None:
            if turn.answer.failure == GONE:
                # nobody holds it any more, whatever the stream ended with
                copy = copy.with_standing(turn.answer.standing, GONE)
            self._renamed[turn.answer.id] = copy.id
            self._exchange_answer(turn, copy)
        self._save(self.messages)

    def blame(self, turn: Turn, failure: Failure) -> Turn:
        """Give the answer of an open turn that has no failure of its own this one."""
        if turn.answer.failure is not None:
            return turn
        answer = replace(turn.answer, failure=failure)
        self._exchange_answer(turn, answer)
        return replace(turn, answer=answer)

    def withdraw(self, question_id: str) -> None:
        """Forget a turn that never reached the server."""
        self._drop(
            turn
            for turn in self._open_turns
            if turn.question.id == question_id and turn.question.standing is Standing.UNSENT
        )

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

    def stored_among(self, message_ids: Collection[str]) -> list[str]:
        """Return those of the ids that the server knows, in the order of the history."""
        ours = {each.id for turn in self._open_turns for each in (turn.question, turn.answer)}
        return [each.id for each in self.messages if each.id in message_ids and each.id not in ours]

    def forget(self, message_ids: Collection[str]) -> None:
        """Drop messages that were deleted, and turns that were made of them."""
        self._drop(
            turn
            for turn in self._open_turns
            if turn.question.id in message_ids or turn.answer.id in message_ids
        )
        self.messages = tuple(each for each in self.messages if each.id not in message_ids)
        self._save(self.messages)

    def settled(self, turn: Turn) -> Settled:
        """Say where `turn` stands in the messages now."""
        by_id = {message.id: message for message in self.messages}
        return Settled(
            by_id.get(self.current_id(turn.question.id), turn.question),
            by_id.get(self.current_id(turn.answer.id), turn.answer),
            self.messages,
        )

    def _exchange_answer(self, turn: Turn, answer: Message) -> None:
        self._open_turns = tuple(
            replace(each, answer=answer) if each == turn else each for each in self._open_turns
        )
        self.messages = tuple(
            answer if each.id == turn.answer.id else each for each in self.messages
        )

    def _drop(self, turns: Iterable[Turn]) -> None:
        dropped = list(turns)
        gone = {each.id for turn in dropped for each in (turn.question, turn.answer)}
        self._open_turns = tuple(turn for turn in self._open_turns if turn not in dropped)
        self.messages = tuple(each for each in self.messages if each.id not in gone)
