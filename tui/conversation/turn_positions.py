"""Positions of pending turns in the server's history. Pure functions, no I/O."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence, Set
from functools import partial

from msgspec import Struct

from tui.model import Message, Role
from tui.turn import PendingTurn

_BEGINNING_CHARS = 24
"""Two answers that begin alike for so long may be one."""


class TurnPosition(Struct, frozen=True):
    """Positions of a turn in a history, `None` for what does not stand there."""

    question: int | None = None
    answer: int | None = None


FindPosition = Callable[
    [Sequence[Message], PendingTurn, set[int | None], range], TurnPosition | None
]
"""Finds a turn in a history, but for what is taken, where it may stand."""


class Likeness(enum.IntEnum):
    """How well a stored answer fits what we saw of ours."""

    OTHER = 0
    OPEN = 1
    """There is no answer yet, or we saw nothing to tell it by."""
    SAME = 2


def find_positions(
    history: Sequence[Message], turns: Sequence[PendingTurn], owned_ids: Set[str] = frozenset()
) -> list[TurnPosition]:
    """Return where each of `turns` (oldest first) stands; no message is given to two of them.

    By id where the stream named one, or where the question was found before. Else by the newest
    question not known before the send whose text equals ours, rather one whose answer begins with
    what we saw; the newest turn chooses first, because an older one of the same text may never
    have arrived. Where no answer tells, questions stand in the order in which they were asked.
    `owned_ids` are those of earlier turns, already found.
    """
    positions: dict[int, TurnPosition] = {}
    taken: set[int | None] = {at for at, each in enumerate(history) if each.id in owned_ids}
    by_text: list[FindPosition] = [
        partial(_position_by_text, level) for level in reversed(Likeness)
    ]
    for find in [_position_by_id, _position_found_before, *by_text]:
        for number in reversed(range(len(turns))):
            turn = turns[number]
            if number in positions or turn.is_unsent:
                continue
            position = find(history, turn, taken, _span(positions, number, len(history)))
            if position is not None:
                positions[number] = position
                taken |= {position.question, position.answer}
    return [positions.get(number, TurnPosition()) for number in range(len(turns))]


def _span(positions: Mapping[int, TurnPosition], number: int, end: int) -> range:
    """Return where a turn stands that is below all older and above all newer ones."""
    asked = {each: position.question for each, position in positions.items()}
    older = (at for each, at in asked.items() if at is not None and each < number)
    newer = (at for each, at in asked.items() if at is not None and each > number)
    return range(max(older, default=-1) + 1, min(newer, default=end))


def likeness(turn: PendingTurn, stored: Message | None) -> Likeness:
    """Say whether `stored` may be the answer that `turn` saw some of."""
    seen = turn.answer.text.strip()
    text = stored.text.strip() if stored is not None else ""
    if not seen or not text:
        return Likeness.OPEN
    if text.startswith(seen):
        return Likeness.SAME
    if seen.startswith(text):
        return Likeness.OPEN
    # what is stored may differ in blanks and marks from what was sent
    begin = min(len(seen), len(text), _BEGINNING_CHARS)
    is_alike = " ".join(seen.split())[:begin] == " ".join(text.split())[:begin]
    return Likeness.OPEN if is_alike else Likeness.OTHER


def _position_by_id(
    history: Sequence[Message], turn: PendingTurn, taken: set[int | None], _: range
) -> TurnPosition | None:
    named = {
        message.role: index
        for index, message in enumerate(history)
        if message.id in turn.named_ids and index not in taken
    }
    question, answer = named.get(Role.USER), named.get(Role.ASSISTANT)
    if answer is not None:
        before = _question_before(history, answer)
        return TurnPosition(
            (None if before in taken else before) if question is None else question, answer
        )
    return None if question is None else TurnPosition(question, _answer_after(history, question))


def _position_found_before(
    history: Sequence[Message], turn: PendingTurn, taken: set[int | None], span: range
) -> TurnPosition | None:
    for index, message in enumerate(history):
        if message.id == turn.question_id and message.role is Role.USER and index not in taken:
            position = TurnPosition(index, _answer_after(history, index))
            is_ours = _fits(history, turn, position, taken) and not _is_elsewhere(
                history, turn, position, taken, span
            )
            return position if is_ours else None
    return None


def _is_elsewhere(
    history: Sequence[Message],
    turn: PendingTurn,
    position: TurnPosition,
    taken: set[int | None],
    span: range,
) -> bool:
    """Say whether another equal question, stored later, has the answer that we saw much of."""
    if len(turn.answer.text.strip()) < _BEGINNING_CHARS:
        return False
    if likeness(turn, _answer_at(history, position)) is Likeness.SAME:
        return False
    return _position_by_text(Likeness.SAME, history, turn, taken, span) is not None


def _position_by_text(
    level: Likeness,
    history: Sequence[Message],
    turn: PendingTurn,
    taken: set[int | None],
    span: range,
) -> TurnPosition | None:
    """Return the newest position of the same question of which the answer is so like ours."""
    asked = turn.question.text.strip()
    if turn.question_id and all(each.id != turn.question_id for each in history):
        # it was deleted elsewhere: another one of the same text is not ours
        return None
    for index in reversed(range(len(history))):
        message = history[index]
        if (
            message.role is not Role.USER
            or message.id in turn.known_ids
            or message.text.strip() != asked
            or index in taken
            or (index not in span and level is not Likeness.SAME)
        ):
            continue
        position = TurnPosition(index, _answer_after(history, index))
        if likeness(turn, _answer_at(history, position)) is level and _fits(
            history, turn, position, taken
        ):
            return position
    return None


def _fits(
    history: Sequence[Message], turn: PendingTurn, position: TurnPosition, taken: set[int | None]
) -> bool:
    """Say whether a turn may stand there: what was cut is the beginning of what is stored."""
    if position.answer in taken - {None}:
        return False
    is_other = likeness(turn, _answer_at(history, position)) is Likeness.OTHER
    return not (turn.is_cut and is_other)


def _answer_at(history: Sequence[Message], position: TurnPosition) -> Message | None:
    return None if position.answer is None else history[position.answer]


def _question_before(history: Sequence[Message], index: int) -> int | None:
    for earlier in reversed(range(index)):
        if history[earlier].role is Role.USER:
            return earlier
    return None


def _answer_after(history: Sequence[Message], index: int) -> int | None:
    for later in range(index + 1, len(history)):
        if history[later].role is Role.USER:
            return None
        if history[later].role is Role.ASSISTANT:
            return later
    return None
