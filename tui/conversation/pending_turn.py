"""A question we sent, and where it stands in the server's history. Pure functions, no I/O."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial

from tui.model import Message, Role, Standing, Turn

_BEGINNING_CHARS = 24
"""Two answers that begin alike for so long may be one."""


@dataclass(frozen=True, slots=True)
class Place:
    """Positions of a turn in a history, `None` for what does not stand there."""

    question: int | None = None
    answer: int | None = None


FindPlace = Callable[[Sequence[Message], Turn, set[int | None], range], Place | None]
"""Finds a turn in a history, but for what is taken, where it may stand."""


class Likeness(enum.IntEnum):
    """How well a stored answer fits what we saw of ours."""

    OTHER = 0
    OPEN = 1
    """There is no answer yet, or we saw nothing to tell it by."""
    SAME = 2


def find_places(
    history: Sequence[Message], turns: Sequence[Turn], owned_ids: Set[str] = frozenset()
) -> list[Place]:
    """Return where each of `turns` (oldest first) stands; no message is given to two of them.

    By id where the stream named one, or where the question was found before. Else by the newest
    question not known before the send whose text equals ours, rather one whose answer begins with
    what we saw; the newest turn chooses first, because an older one of the same text may never
    have arrived. Where no answer tells, questions stand in the order in which they were asked.
    `owned_ids` are those of earlier turns, already found.
    """
    places: dict[int, Place] = {}
    taken: set[int | None] = {at for at, each in enumerate(history) if each.id in owned_ids}
    by_text: list[FindPlace] = [partial(_place_by_text, level) for level in reversed(Likeness)]
    for find in [_named_place, _found_place, *by_text]:
        for number in reversed(range(len(turns))):
            turn = turns[number]
            if number in places or turn.question.standing is Standing.UNSENT:
                continue
            place = find(history, turn, taken, _span(places, number, len(history)))
            if place is not None:
                places[number] = place
                taken |= {place.question, place.answer}
    return [places.get(number, Place()) for number in range(len(turns))]


def _span(places: Mapping[int, Place], number: int, end: int) -> range:
    """Return where a turn stands that is below all older and above all newer ones."""
    asked = {each: place.question for each, place in places.items()}
    older = (at for each, at in asked.items() if at is not None and each < number)
    newer = (at for each, at in asked.items() if at is not None and each > number)
    return range(max(older, default=-1) + 1, min(newer, default=end))


def likeness(turn: Turn, stored: Message | None) -> Likeness:
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


def _named_place(
    history: Sequence[Message], turn: Turn, taken: set[int | None], _: range
) -> Place | None:
    named = {
        message.role: index
        for index, message in enumerate(history)
        if message.id in turn.named_ids and index not in taken
    }
    question, answer = named.get(Role.USER), named.get(Role.ASSISTANT)
    if answer is not None:
        before = _question_before(history, answer)
        return Place(
            (None if before in taken else before) if question is None else question, answer
        )
    return None if question is None else Place(question, _answer_after(history, question))


def _found_place(
    history: Sequence[Message], turn: Turn, taken: set[int | None], span: range
) -> Place | None:
    for index, message in enumerate(history):
        if message.id == turn.question_id and message.role is Role.USER and index not in taken:
            place = Place(index, _answer_after(history, index))
            is_ours = _fits(history, turn, place, taken) and not _is_elsewhere(
                history, turn, place, taken, span
            )
            return place if is_ours else None
    return None


def _is_elsewhere(
    history: Sequence[Message], turn: Turn, place: Place, taken: set[int | None], span: range
) -> bool:
    """Say whether another equal question, stored later, has the answer that we saw much of."""
    if len(turn.answer.text.strip()) < _BEGINNING_CHARS:
        return False
    if likeness(turn, _answer_at(history, place)) is Likeness.SAME:
        return False
    return _place_by_text(Likeness.SAME, history, turn, taken, span) is not None


def _place_by_text(
    level: Likeness, history: Sequence[Message], turn: Turn, taken: set[int | None], span: range
) -> Place | None:
    """Return the newest place of the same question of which the answer is so like ours."""
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
        place = Place(index, _answer_after(history, index))
        if likeness(turn, _answer_at(history, place)) is level and _fits(
            history, turn, place, taken
        ):
            return place
    return None


def _fits(history: Sequence[Message], turn: Turn, place: Place, taken: set[int | None]) -> bool:
    """Say whether a turn may stand there: what was cut is the beginning of what is stored."""
    if place.answer in taken - {None}:
        return False
    is_other = likeness(turn, _answer_at(history, place)) is Likeness.OTHER
    return not (turn.is_cut and is_other)


def _answer_at(history: Sequence[Message], place: Place) -> Message | None:
    return None if place.answer is None else history[place.answer]


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
