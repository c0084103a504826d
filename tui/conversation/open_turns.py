"""Open turns of one session: those of which its history does not hold the answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from tui.conversation.outcome import STOPPED_BEFORE_END, STOPPED_UNSENT
from tui.conversation.reconcile import Reconciled
from tui.model import Message
from tui.turn import PendingTurn, Unsent
from tui.values import replace


class OpenTurns:
    """Oldest first, with what is known of the messages that earlier ones were found to be."""

    def __init__(self) -> None:
        self._turns: tuple[PendingTurn, ...] = ()
        self.owned_ids: frozenset[str] = frozenset()
        """Ids of the questions and answers that turns of ours were found to be."""

    def __iter__(self) -> Iterator[PendingTurn]:
        return iter(self._turns)

    def __len__(self) -> int:
        return len(self._turns)

    def load(self, turns: Iterable[PendingTurn]) -> None:
        """Begin with what was saved."""
        self._turns = tuple(turns)

    def to_save(self) -> list[PendingTurn]:
        """Return the turns as they are to be saved."""
        # a question that was found to be another turn's must not be taken for one after a restart
        return [replace(turn, known_ids=turn.known_ids | self.owned_ids) for turn in self._turns]

    @property
    def message_ids(self) -> set[str]:
        """The ids by which the messages of the turns are shown."""
        return _ids_of(self._turns)

    @property
    def awaits_answer(self) -> bool:
        """The server has, or may have, a question of which the answer was not found."""
        return any(
            not turn.is_unsent and turn.answer.failure != STOPPED_BEFORE_END for turn in self._turns
        )

    @property
    def holds_stopped(self) -> bool:
        """Answers that a person stopped are shown as far as they came."""
        return any(each.is_stopped for each in self._turns)

    def find(self, turn_id: str) -> PendingTurn | None:
        return next((each for each in self._turns if each.id == turn_id), None)

    def was_found(self, turn: PendingTurn) -> bool:
        """Say whether a turn that was added has found what it waits for in the history."""
        open_turn = self.find(turn.id)
        # of one that was stopped no more is shown than came
        return open_turn is None or (open_turn.is_stopped and bool(open_turn.question_id))

    def was_stopped(self, question_id: str) -> bool:
        """Say whether a person stopped the answer to a stored question and left it so."""
        return any(each.is_stopped and each.question_id == question_id for each in self._turns)

    def was_stopped_unsent(self, question_id: str) -> bool:
        """Say whether a person stopped a question before it was sent."""
        return any(
            each.question.id == question_id and each.outcome == Unsent(STOPPED_UNSENT)
            for each in self._turns
        )

    def add(self, turn: PendingTurn, exchange_ids: Collection[str]) -> set[str]:
        """Add a turn and return the ids of the answers of earlier ones, which are over with it.

        `exchange_ids` are those of its question, if it is known, and of the answers to that.
        """
        # a run may be followed more than once
        self.owned_ids -= set(exchange_ids)
        earlier = [
            each for each in self._turns if turn.question.id in (each.question.id, each.question_id)
        ]
        self._drop(earlier)
        self._turns += (turn,)
        return {each.answer.id for each in earlier}

    def put_answer(self, turn: PendingTurn, answer: Message) -> None:
        """Let the answer of an open turn be this one."""
        self._turns = tuple(
            replace(each, answer=answer) if each is turn else each for each in self._turns
        )

    def take_in(self, reconciled: Reconciled) -> None:
        """Keep those that a reading has left open."""
        self._turns = reconciled.open_turns
        self.owned_ids |= reconciled.owned_ids

    def withdraw(self, question_id: str) -> set[str]:
        """Drop a turn that never reached the server, and return the ids of its messages."""
        return self._drop(
            turn for turn in self._turns if turn.question.id == question_id and turn.is_unsent
        )

    def forget(self, message_ids: Collection[str]) -> set[str]:
        """Drop what was made of messages that were deleted, and return the ids of its messages."""
        deleted = set(message_ids)
        return self._drop(
            turn
            for turn in self._turns
            if {turn.question.id, turn.question_id, turn.answer.id} & deleted
        )

    def _drop(self, turns: Iterable[PendingTurn]) -> set[str]:
        dropped = {turn.id: turn for turn in turns}
        self._turns = tuple(turn for turn in self._turns if turn.id not in dropped)
        return _ids_of(dropped.values())


def _ids_of(turns: Iterable[PendingTurn]) -> set[str]:
    return {each.id for turn in turns for each in (turn.question, turn.answer)}
