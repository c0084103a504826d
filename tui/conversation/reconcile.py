"""Reconciliation of the server's history with the turns we streamed. Pure functions, no I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set

from msgspec import Struct

from tui.conversation.outcome import STOPPED, STOPPED_BEFORE_END
from tui.conversation.turn_positions import TurnPosition, find_positions
from tui.live_parts import as_written, with_live_parts, woven
from tui.model import Message, MessageStatus, Role
from tui.turn import Cut, Failed, PendingTurn, StoppedByPerson
from tui.values import replace


class Reconciled(Struct, frozen=True):
    history: tuple[Message, ...]
    """The server's messages with what the stream knew besides, and the turns it does not hold."""
    open_turns: tuple[PendingTurn, ...]
    """The turns of which the stored answer is not shown; they stand in `history` all the same."""
    owned_ids: frozenset[str]
    """Ids of the questions and answers that the other turns turned out to be."""
    renamed: Mapping[str, str]
    """For what was found: our id of a question or an answer -> the id it has in `history`."""


def reconcile(
    stored: Iterable[Message],
    known: Iterable[Message],
    turns: Iterable[PendingTurn],
    owned_ids: Set[str] = frozenset(),
    *,
    shows_whole: bool = False,
) -> Reconciled:
    """Put `turns`, oldest first, into `stored`, the history as just read, oldest first.

    `known` are the messages as Runnel knew them: what only the stream told (tool panels, a
    reported failure) is kept for messages of the same id. `owned_ids` are those of questions and
    answers found before. What a person stopped stays as it is, unless `shows_whole`.
    """
    known, turns = tuple(known), tuple(turns)
    merge = _Merge(_with_known_parts(_once(stored), known))
    positions = find_positions(merge.history, turns, owned_ids)
    for number, (turn, position) in enumerate(zip(turns, positions, strict=True)):
        turn = merge.find_question(turn, position)
        if turn.is_stopped and not shows_whole:
            turn = _with_stop_failure(turn, merge.at(position.answer))
        elif merge.adopt_answer(turn, position):
            continue
        if position.question is None and position.answer is None:
            around = _ids_around(turn, known)
            index = _index_for(merge.history, around, positions[:number], positions[number:])
            merge.insert(turn, index)
        else:
            merge.show_answer(turn, position)
    return merge.reconciled()


class _Merge:
    """A history into which turns are put, one after the other; its positions stay the same."""

    def __init__(self, history: list[Message]) -> None:
        self.history = history
        self._before: list[list[Message]] = [[] for _ in range(len(history) + 1)]
        """What goes before each message of the history, and after the last."""
        self._hidden: set[int] = set()
        self._open_turns: list[PendingTurn] = []
        self._owned_ids: set[str] = set()
        self._renamed: dict[str, str] = {}

    def at(self, index: int | None) -> Message | None:
        return None if index is None else self.history[index]

    def find_question(self, turn: PendingTurn, position: TurnPosition) -> PendingTurn:
        """Return the turn with the id of its stored question, if that is there."""
        if position.question is None:
            return turn
        stored = self.history[position.question]
        self._renamed[turn.question.id] = stored.id
        question = replace(stored, origin=turn.question.origin)
        self.history[position.question] = as_written(question, turn.question)
        return replace(turn, question_id=stored.id)

    def adopt_answer(self, turn: PendingTurn, position: TurnPosition) -> bool:
        """Let the stored answer stand for that of the turn; `False` when it is not whole yet."""
        if position.answer is None or _is_behind(self.history[position.answer], turn):
            return False
        answer = adopt(turn, self.history[position.answer])
        self.history[position.answer] = answer
        self._renamed[turn.id] = self._renamed[turn.answer.id] = answer.id
        self._owned_ids |= {turn.question_id, answer.id} - {""}
        return True

    def show_answer(self, turn: PendingTurn, position: TurnPosition) -> None:
        """Leave a turn open, with its answer instead of the stored one or behind its question."""
        self._open_turns.append(turn)
        if position.answer is not None:
            self._hidden.add(position.answer)
            self._before[position.answer].append(turn.answer)
        elif position.question is not None:
            self._before[position.question + 1].append(turn.answer)

    def insert(self, turn: PendingTurn, index: int) -> None:
        """Leave a turn open of which the history holds nothing, and show it before `index`."""
        self._open_turns.append(turn)
        self._before[index] += [turn.question, turn.answer]

    def reconciled(self) -> Reconciled:
        messages: list[Message] = []
        for index, message in enumerate(self.history):
            messages += self._before[index]
            if index not in self._hidden:
                messages.append(message)
        return Reconciled(
            (*messages, *self._before[-1]),
            tuple(self._open_turns),
            frozenset(self._owned_ids),
            self._renamed,
        )


def _once(stored: Iterable[Message]) -> list[Message]:
    """Return the messages with an id for each: of those listed twice the last counts."""
    once: dict[str, Message] = {}
    for message in stored:
        message_id = message.id
        while message_id in once and once[message_id].role is not message.role:
            # some servers name a question and its answer alike
            message_id += f"/{message.role}"
        once[message_id] = message if message_id == message.id else replace(message, id=message_id)
    return list(once.values())


def _with_stop_failure(turn: PendingTurn, stored: Message | None) -> PendingTurn:
    """Return a stopped turn that says whether the server has more of its answer."""
    seen = turn.answer.text.strip()
    text = stored.text.strip() if stored is not None and stored.failure is None else ""
    failure = STOPPED if seen.startswith(text) else STOPPED_BEFORE_END
    return (
        turn
        if turn.answer.failure == failure
        else replace(turn, answer=replace(turn.answer, failure=failure))
    )


def adopt(turn: PendingTurn, stored: Message) -> Message:
    """Return `stored`, with the tool panels that only the stream told of.

    The text is always the stored one; where both begin alike the parts are split alike, so that
    what is drawn already stays as it is. A stream that was cut or stopped says nothing about the
    stored text; a failure that the server reported stays with it.
    """
    parts = stored.parts if stored.tools else woven(turn.answer.parts, stored)
    origin = turn.answer.origin
    if origin is not None and isinstance(turn.outcome, Cut | StoppedByPerson):
        # nobody here saw when it was whole
        origin = replace(origin, duration_s=None)
    adopted = replace(stored, parts=parts, origin=origin)
    if stored.failure is None and isinstance(turn.outcome, Failed):
        return adopted.with_status(MessageStatus.PARTIAL, turn.answer.failure)
    return adopted


def adopt_copy(turn: PendingTurn) -> Message | None:
    """Return the copy of the answer that the stream ended with, as `adopt` does a stored one.

    `None` when there is none, or none that says as much as the stream did.
    """
    if turn.copy is None or _is_behind(turn.copy, turn):
        return None
    return adopt(turn, turn.copy)


def _is_behind(stored: Message, turn: PendingTurn) -> bool:
    """Say whether `stored` is an answer still being written, of which we saw more already."""
    if stored.failure is not None:
        return False
    text, seen = stored.text.strip(), turn.answer.text.strip()
    if turn.answer.failure is None or isinstance(turn.outcome, Failed):
        return not text and bool(seen)
    return not text or (text != seen and seen.startswith(text))


def _with_known_parts(stored: Iterable[Message], known: Iterable[Message]) -> list[Message]:
    by_id = {
        message.id: message
        for message in known
        if message.tools or message.failure or message.raw or message.origin
    }
    return [
        with_live_parts(message, by_id[message.id]) if message.id in by_id else message
        for message in stored
    ]


def _ids_around(turn: PendingTurn, known: Sequence[Message]) -> tuple[Set[str], Set[str]]:
    """Return the ids of what stood above and below `turn` when it was shown last."""
    ids = [message.id for message in known]
    if turn.answer.id not in ids:
        return turn.known_ids, frozenset()
    at = ids.index(turn.answer.id)
    return {*ids[:at]}, {*ids[at + 1 :]}


def _index_for(
    history: Sequence[Message],
    around: tuple[Set[str], Set[str]],
    older: Sequence[TurnPosition],
    newer: Sequence[TurnPosition],
) -> int:
    """Return where a turn goes that the history does not hold: between what it stood between."""
    above, below = around
    asked_later = {position.question for position in newer}
    for index, message in enumerate(history):
        if message.id in below or index in asked_later:
            return _gap_from(history, index)
    asked_before = {position.question for position in older}
    for index in reversed(range(len(history))):
        if history[index].id in above or index in asked_before:
            return _gap_from(history, index + 1)
    return len(history)


def _gap_from(history: Sequence[Message], index: int) -> int:
    """Return the first position from `index` on that is not between a question and its answer."""
    while index < len(history) and history[index].role is not Role.USER:
        index += 1
    return index
