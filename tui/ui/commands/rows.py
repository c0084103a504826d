"""Command rows: what palette and help list, in its order, and what of it matches a filter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from tui.values import replace

NOT_NOW = "Not now"
"""Heading of what cannot be done at the moment."""
_IN_TITLE = 2
"""Rank of the worst match whose words all stand in the title."""


class CommandRow(Struct, frozen=True):
    """Something that can be done, and how."""

    action_id: str
    title: str
    keys: tuple[str, ...]
    """As a person reads them."""
    heading: str
    """Of its context."""
    why_not: str = ""
    """Why it cannot be done now, empty when it can."""
    note: str = ""
    """What is wrong with its keys."""
    marked: tuple[int, ...] = ()
    """Characters of the title that match a filter."""


def with_headings(rows: Iterable[CommandRow], *, apart: bool) -> Iterator[str | CommandRow]:
    """Yield rows below the headings of their contexts; what cannot be done is `apart`, last."""
    rows = list(rows)
    shown = [each for each in rows if not (apart and each.why_not)]
    heading = ""
    for row in shown:
        if row.heading != heading:
            heading = row.heading
            yield heading
        yield row
    if rest := [each for each in rows if apart and each.why_not]:
        yield NOT_NOW
        yield from rest


def matching(rows: Iterable[CommandRow], words: str) -> Sequence[CommandRow]:
    """Return the rows that `words` fit: those whose title holds them first.

    Of these and of the others what can be done now stands before what cannot.
    """
    found: list[tuple[bool, bool, int, CommandRow]] = []
    for row in rows:
        rank_and_marks = _match(row, words.casefold().split())
        if rank_and_marks is not None:
            rank, marked = rank_and_marks
            is_far = rank > _IN_TITLE
            found.append((is_far, bool(row.why_not), rank, replace(row, marked=marked)))
    return [row for *_, row in sorted(found, key=lambda each: each[:3])]


def _match(row: CommandRow, words: Sequence[str]) -> tuple[int, tuple[int, ...]] | None:
    """Return how badly words fit, from 0, and where in the title; `None` when they do not."""
    title = row.title.casefold()
    if all(word in title for word in words):
        starts = [title.index(word) for word in words]
        marks = {at + i for at, word in zip(starts, words, strict=True) for i in range(len(word))}
        is_first = bool(starts) and starts[0] == 0
        begin_words = all(at == 0 or not title[at - 1].isalnum() for at in starts)
        return (0 if is_first else 1 if begin_words else _IN_TITLE), tuple(sorted(marks))
    beside = " ".join((title, *row.keys, row.heading, row.action_id)).casefold()
    if all(word in beside for word in words):
        return _IN_TITLE + 1, ()
    marked = _scattered("".join(words), title)
    return None if marked is None else (_IN_TITLE + 2, marked)


def _scattered(letters: str, title: str) -> tuple[int, ...] | None:
    """Return where letters stand in a title, in their order with others between them."""
    marked: list[int] = []
    at = 0
    for letter in letters:
        # the beginning of a word first: `cla` is meant for `Copy last answer`
        places = [i for i in range(at, len(title)) if title[i] == letter]
        starts = [i for i in places if i == 0 or not title[i - 1].isalnum()]
        is_next = bool(places) and places[0] == at
        chosen = places[:1] if is_next else (starts or places)[:1]
        if not chosen:
            return None
        marked += chosen
        at = chosen[0] + 1
    return tuple(marked)
