"""The messages of one session: the server's, with the turns it does not hold yet."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import replace

from tui.conversation.outcome import GONE, STOPPED_BEFORE_END
from tui.conversation.reading import Readings
from tui.conversation.reconcile import adopt_copy, reconcile
from tui.events import Settled
from tui.model import Failure, Message, Role, Standing, Turn


class History:
    """What was read and what was taken in, oldest first; `save` is called with every change."""

    def __init__(
        self, messages: Iterable[Message], save: Callable[[Sequence[Message]], None]
    ) -> None:
        self.messages = tuple(messages)
        self._save = save
        self._open_turns: tuple[Turn, ...] = ()
        self._owned_ids: frozenset[str] = frozenset()
        """Ids of the questions and answers that turns of ours were found to be."""
        self._renamed: dict[str, str] = {}
        self._readings = Readings()
        self._wants_whole = False
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
        return any(
            turn.question.standing is not Standing.UNSENT
            and turn.answer.failure != STOPPED_BEFORE_END
            for turn in self._open_turns
        )

    def is_open(self, turn: Turn) -> bool:
        """Say whether the stored answer of a turn that was added is still to be shown."""
        return any(each.id == turn.id for each in self._open_turns)

    def was_found(self, turn: Turn) -> bool:
        """Say whether a turn that was added has found what it waits for in the history."""
        now = next((each for each in self._open_turns if each.id == turn.id), None)
        # of one that was stopped no more is shown than came
        return now is None or (now.is_stopped and bool(now.question_id))

    def add(self, turn: Turn) -> None:
        """Look for `turn` from the next reading on."""
        if self.is_open(turn):
            return
        # of a run that is followed once more
        followed = {each.id for each in self.exchange_of(turn.question.id)}
        self._owned_ids -= followed
        before = [
            each
            for each in self._open_turns
            if turn.question.id in (each.question.id, each.question_id)
        ]
        gone = {each.answer.id for each in before}
        self.messages = tuple(each for each in self.messages if each.id not in gone)
        self._open_turns = (*(t for t in self._open_turns if t not in before), turn)

    def was_stopped(self, question_id: str) -> bool:
        """Say whether a person stopped the answer to a stored question and left it so."""
        return any(each.is_stopped and each.question_id == question_id for each in self._open_turns)

    @property
    def holds_stopped(self) -> bool:
        return any(each.is_stopped for each in self._open_turns)

    def want_whole(self) -> None:
        """Let the next reading show the whole of what a person stopped."""
        self._wants_whole = True

    async def read(
        self,
        fetch: Callable[[], Awaitable[Sequence[Message]]],
        is_in_the_way: Callable[[], bool],
    ) -> bool:
        """Put what `fetch` brings in place, with the turns that it does not hold.

        `False` when a later reading was faster, or when `is_in_the_way` afterwards.
        """
        with self._readings.begin(wants_whole=self._wants_whole) as reading:
            self._wants_whole = False
            stored = await fetch()
        if self._readings.is_overtaken(reading):
            return False
        if is_in_the_way():
            self._wants_whole |= reading.wants_whole
            return False
        self._readings.take(reading)
        reconciled = reconcile(
            _without(stored, reading.gone),
            self.messages,
            self._open_turns,
            self._owned_ids,
            shows_whole=reading.wants_whole,
        )
        self.messages, self._open_turns = reconciled.history, reconciled.open_turns
        self._owned_ids |= reconciled.owned_ids
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
        self._readings.note_gone(message_ids)
        self._drop(
            turn
            for turn in self._open_turns
            if {turn.question.id, turn.question_id, turn.answer.id} & set(message_ids)
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
            replace(each, answer=answer) if each.id == turn.id else each
            for each in self._open_turns
        )
        self.messages = tuple(
            answer if each.id == turn.answer.id else each for each in self.messages
        )

    def _drop(self, turns: Iterable[Turn]) -> None:
        dropped = list(turns)
        gone = {each.id for turn in dropped for each in (turn.question, turn.answer)}
        self._open_turns = tuple(turn for turn in self._open_turns if turn not in dropped)
        self.messages = tuple(each for each in self.messages if each.id not in gone)


def _without(stored: Iterable[Message], gone: Collection[str]) -> list[Message]:
    """Return what is left without the exchanges of the messages that are `gone`."""
    left: list[Message] = []
    is_gone = False
    for message in stored:
        if message.role is Role.USER:
            is_gone = message.id in gone
        if not is_gone and message.id not in gone:
            left.append(message)
    return left
