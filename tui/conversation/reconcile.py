"""How the server's history takes the place of what was streamed. Pure functions, no I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from tui.conversation.turn import Place, Turn, find_places
from tui.model import Message, Part, Standing, TextPart, ToolPart
from tui.safe_text import SafeText


@dataclass(frozen=True, slots=True)
class Reconciled:
    history: tuple[Message, ...]
    """The server's messages with what the stream knew besides, and the turns it does not hold."""
    open_turns: tuple[Turn, ...]
    """The turns of which the answer was not found; they stand in `history` all the same."""
    renamed: Mapping[str, str]
    """For what was found: our id of a question or an answer -> the id it has in `history`."""


def reconcile(
    stored: Sequence[Message], known: Iterable[Message], turns: Iterable[Turn]
) -> Reconciled:
    """Put `turns`, oldest first, into `stored`, the history as just read, oldest first.

    `known` are the messages as Runnel knew them: what only the stream told (tool panels, a
    reported failure) is kept for messages of the same id.
    """
    known, turns = tuple(known), tuple(turns)
    # an id stands once in what is shown, whatever the server does
    once = {message.id: message for message in stored}
    history = _with_known_parts(once.values(), known)
    places = find_places(history, turns)
    # what goes before each message of the history, and after the last
    before: list[list[Message]] = [[] for _ in range(len(history) + 1)]
    behind: set[int] = set()
    open_turns: list[Turn] = []
    renamed: dict[str, str] = {}
    for number, (turn, place) in enumerate(zip(turns, places, strict=True)):
        if place.question is not None:
            renamed[turn.question.id] = history[place.question].id
            history[place.question] = _as_written(history[place.question], turn.question)
        if place.answer is not None and not _is_behind(history[place.answer], turn):
            history[place.answer] = adopt(turn, history[place.answer])
            renamed[turn.answer.id] = history[place.answer].id
            continue
        open_turns.append(turn)
        if place.answer is not None:
            behind.add(place.answer)
            before[place.answer].append(turn.answer)
        elif place.question is not None:
            before[place.question + 1].append(turn.answer)
        else:
            at = _place_among(history, turn, _ids_after(turn, known), places[number:])
            before[at] += [turn.question, turn.answer]
    merged: list[Message] = []
    for index, message in enumerate(history):
        merged += before[index] if index in behind else [*before[index], message]
    return Reconciled((*merged, *before[-1]), tuple(open_turns), renamed)


def adopt(turn: Turn, stored: Message) -> Message:
    """Return `stored`, with the tool panels that only the stream told of.

    The text is always the stored one; where both begin alike the parts are split alike, so that
    what is drawn already stays as it is. A stream that was cut or stopped says nothing about the
    stored text; a failure that the server reported stays with it.
    """
    parts = stored.parts if stored.tools else _woven(turn.answer.parts, stored)
    adopted = replace(stored, parts=parts)
    if stored.failure is None and turn.failure_reported:
        return adopted.with_standing(Standing.PARTIAL, turn.answer.failure)
    return adopted


def adopt_copy(turn: Turn) -> Message | None:
    """Return the copy of the answer that the stream ended with, as `adopt` does a stored one.

    `None` when there is none, or none that says as much as the stream did.
    """
    if turn.copy is None or _is_behind(turn.copy, turn):
        return None
    return adopt(turn, turn.copy)


def _is_behind(stored: Message, turn: Turn) -> bool:
    """Say whether `stored` is an answer still being written, of which we saw more already."""
    if stored.failure is not None:
        return False
    text, seen = stored.text.strip(), turn.answer.text.strip()
    if turn.answer.failure is None or turn.failure_reported:
        return not text and bool(seen)
    return not text or (text != seen and seen.startswith(text))


def _woven(streamed: Sequence[Part], stored: Message) -> tuple[Part, ...]:
    if not any(isinstance(part, ToolPart) for part in streamed):
        return stored.parts
    rest: str = stored.text
    parts: list[Part] = []
    for part in streamed:
        if isinstance(part, ToolPart):
            parts.append(part)
        elif isinstance(part, TextPart) and rest:
            same = len(part.text) if rest.startswith(part.text) else len(rest)
            parts.append(TextPart(SafeText(rest[:same])))
            rest = rest[same:]
    if rest and parts and isinstance(last := parts[-1], TextPart):
        parts[-1] = TextPart(SafeText(last.text + rest))
    elif rest:
        parts.append(TextPart(SafeText(rest)))
    parts += [part for part in stored.parts if not isinstance(part, TextPart)]
    return tuple(parts)


def _with_known_parts(stored: Iterable[Message], known: Iterable[Message]) -> list[Message]:
    by_id = {
        message.id: message for message in known if message.tools or message.failure or message.raw
    }
    return [
        _with_known(message, by_id[message.id]) if message.id in by_id else message
        for message in stored
    ]


def _with_known(stored: Message, known: Message) -> Message:
    stored = _as_written(stored, known)
    if not stored.tools:
        stored = replace(stored, parts=_woven(known.parts, stored))
    if stored.failure is None and known.failure and stored.text == known.text:
        return stored.with_standing(known.standing, known.failure)
    return stored


def _as_written(stored: Message, known: Message) -> Message:
    """Return `stored` as it was written here, if it is the same but for what is not drawn."""
    same = known.raw and not stored.raw and known.text == stored.text
    return replace(stored, raw=known.raw) if same else stored


def _ids_after(turn: Turn, known: Iterable[Message]) -> set[str]:
    """Return the ids of the messages that stood below `turn` when it was shown last."""
    below: set[str] = set()
    shown = False
    for message in known:
        if shown:
            below.add(message.id)
        shown = shown or message.id == turn.answer.id
    return below


def _place_among(
    history: Sequence[Message], turn: Turn, below_ids: Set[str], newer: Sequence[Place]
) -> int:
    """Return where a turn goes that the history does not hold: above what came after it."""
    asked_later = {place.question for place in newer}
    for index, message in enumerate(history):
        if message.id in below_ids or index in asked_later:
            return index
    for index in reversed(range(len(history))):
        if history[index].id in turn.known_ids:
            return index + 1
    return len(history)
