"""Sessions of a tape: those that its questions made, and what a list can tell of all of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from tui.tapes.tape import Tape, TapeEvent
from tui.tapes.wire import Asked, Sent


class TapedSession(Struct, frozen=True):
    """A session as far as a tape knows it."""

    id: str
    title: str = ""
    """The first question that was asked in it; empty where none was."""
    asked_at: datetime | None = None


class TapedRows(Struct, frozen=True):
    """What lists are made of where a tape holds none."""

    sessions: Sequence[TapedSession]
    """In the order of the list."""
    bots: Sequence[str] = ()
    """Ids of what was asked."""


def made_sessions(events: Sequence[TapeEvent]) -> Iterator[tuple[Sent, str]]:
    """Yield each question that made a session, with the id of that, in their order."""
    posted = [
        each for each in events if isinstance(each, Asked) and each.method == "POST" and each.body
    ]
    taken = set[str]()
    for number, event in enumerate(events):
        if isinstance(event, Sent) and not event.session:
            # as it stands in what is sent, in JSON
            words = json.dumps(event.text, ensure_ascii=False).encode("utf-8", "replace")
            its = (
                each.session
                for each in posted
                if each.at_s >= event.at_s and each.session not in taken and words in each.body
            )
            session = next(filter(None, its), f"unsent-{number}")
            taken.add(session)
            yield event, session


def first_questions(tape: Tape) -> dict[str, Sent]:
    """Return the first question that was asked in each session, by its id."""
    made = dict(made_sessions(tape.events))
    first = dict[str, Sent]()
    for event in tape.events:
        if isinstance(event, Sent):
            first.setdefault(made.get(event, event.session), event)
    return first


def rows_of(tape: Tape) -> TapedRows:
    """Return the sessions that something was asked of, those with the newest questions first."""
    first, began_at = first_questions(tape), tape.header.began_at
    known = dict.fromkeys(each.session for each in tape.events if isinstance(each, Asked))
    asked = [
        TapedSession(each, sent.text, began_at + timedelta(seconds=sent.at_s))
        for each, sent in reversed(first.items())
        if each in known
    ]
    others = [TapedSession(each) for each in known if each and each not in first]
    bots = (tape.header.bot, *(each.bot for each in tape.events if isinstance(each, Sent)))
    return TapedRows((*asked, *others), tuple(dict.fromkeys(filter(None, bots))))
