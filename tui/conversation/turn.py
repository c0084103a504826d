"""A question we sent, and where it stands in the server's history. Pure functions, no I/O."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui.model import Message, Role, Standing


@dataclass(frozen=True, slots=True)
class Turn:
    """A question we sent and what came back, not yet found in the server's history."""

    question: Message
    answer: Message
    known_ids: frozenset[str]
    """Ids of the messages that stood in the history before the send."""
    named_ids: frozenset[str] = frozenset()
    """Ids by which the stream named the question or the answer."""
    failure_reported: bool = False
    """The server itself said that the answer failed, so a stored text is not the whole one."""
    copy: Message | None = None
    """The server's own copy of the answer, where the stream ended with one."""


@dataclass(frozen=True, slots=True)
class Place:
    """Positions of a turn in a history, `None` for what does not stand there."""

    question: int | None = None
    answer: int | None = None


def find_places(history: Sequence[Message], turns: Sequence[Turn]) -> list[Place]:
    """Return where each of `turns` (oldest first) stands; no message is given to two of them.

    By id where the stream named one. Else by the newest question not known before the send whose
    text equals ours, rather one whose answer begins with what we saw; the newest turn chooses
    first, because an older one of the same text may never have arrived.
    """
    places: dict[int, Place] = {}
    taken: set[int | None] = set()
    for find in (_named_place, _place_by_text):
        for number in reversed(range(len(turns))):
            turn = turns[number]
            if number in places or turn.question.standing is Standing.UNSENT:
                continue
            place = find(history, turn, taken)
            if place is not None:
                places[number] = place
                taken |= {place.question, place.answer}
    return [places.get(number, Place()) for number in range(len(turns))]


def _named_place(history: Sequence[Message], turn: Turn, taken: set[int | None]) -> Place | None:
    named = {
        message.role: index
        for index, message in enumerate(history)
        if message.id in turn.named_ids and index not in taken
    }
    question, answer = named.get(Role.USER), named.get(Role.ASSISTANT)
    if answer is not None:
        return Place(_question_before(history, answer) if question is None else question, answer)
    return None if question is None else Place(question, _answer_after(history, question))


def _place_by_text(history: Sequence[Message], turn: Turn, taken: set[int | None]) -> Place | None:
    asked, seen = turn.question.text.strip(), turn.answer.text.strip()
    newest: Place | None = None
    for index in reversed(range(len(history))):
        message = history[index]
        if (
            message.role is not Role.USER
            or message.id in turn.known_ids
            or message.text.strip() != asked
            or index in taken
        ):
            continue
        place = Place(index, _answer_after(history, index))
        if place.answer in taken - {None}:
            continue
        if seen and place.answer is not None and history[place.answer].text.startswith(seen):
            return place
        newest = newest or place
    return newest


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
