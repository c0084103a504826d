"""Answers of a tape by method and path, with the ids of sessions as clients make them now."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from tui.tapes.sessions import TapedRows, rows_of
from tui.tapes.tape import Tape
from tui.tapes.wire import Answered, Arrived, Asked, Ended
from tui.values import replace

AnswerEvent = Answered | Arrived | Ended
AddAsked = Callable[[str, bytes, Sequence[bytes]], bytes]
"""Path, an answer, bodies that were sent to its session since -> the answer with these in it."""


class TapedAnswer(Struct, frozen=True):
    """What came of one call then."""

    asked: Asked
    events: tuple[AnswerEvent, ...]


class TapedAnswers:
    """Answers by method and path: the first one asks for gets the first, and the last one again.

    The id that a client made for a session is put on a level with one that was made then, by the
    place where it stands in the path of the session's first call: with that of the same question,
    else with one that nobody has seen yet. In answers it stands in the place of that one.
    """

    def __init__(self, tape: Tape, add_asked: AddAsked = lambda _, history, __: history) -> None:
        events = defaultdict[int, list[AnswerEvent]](list)
        for event in tape.events:
            if isinstance(event, Answered | Arrived | Ended):
                events[event.call].append(event)
        self._waiting = defaultdict[tuple[str, str], list[TapedAnswer]](list)
        self._made = list[Asked]()
        """The first calls of sessions, where they change something: those may have made them."""
        known = set[str]()
        for asked in tape.events:
            if isinstance(asked, Asked) and not asked.is_private:
                answer = TapedAnswer(asked, tuple(events[asked.call]))
                self._waiting[asked.method, asked.path].append(answer)
                if asked.session not in known and asked.method == "POST":
                    self._made.append(asked)
                known.add(asked.session)
        self._rows = rows_of(tape)
        self._questions = {each.id: _in_json(each.title) for each in self._rows.sessions}
        self._ids_then = dict[str, str]()
        """By those that clients made."""
        self._ids_now = defaultdict[str, list[str]](list)
        """Those that clients made for one of then, the newest first."""
        self._add_asked = add_asked
        self._told = set[str]()
        """Sessions of which all that is on the tape was told."""
        self._again = defaultdict[str, list[bytes]](list)
        """What was sent to these since, by session."""
        self._seen = set[str]()
        """Of those of then which somebody asked something of by that id."""

    def next(self, method: str, path: str, body: bytes = b"") -> TapedAnswer | None:
        """Return the answer to a call, `None` where the tape has none."""
        if (method, self._path_then(path)) not in self._waiting and method == "POST":
            self._learn_id(path, body)
        answers = self._waiting.get((method, self._path_then(path)))
        if answers is None:
            return None
        is_last = len(answers) == 1
        answer = answers[0] if is_last else answers.pop(0)
        id_then = answer.asked.session
        id_asked = _id_in(path, answer.asked) if id_then else ""
        if id_asked == id_then:
            self._seen.add(id_then)
        newest = {each: ids[0] for each, ids in self._ids_now.items()}
        came = _with_ids(answer.events, {**newest, id_then: id_asked})
        if id_asked and method == "POST" and id_asked in self._told:
            self._again[id_asked].append(body)
        elif id_asked and method == "GET":
            came = self._with_more(came, path, self._again.get(id_asked, ()))
            if is_last:
                self._told.add(id_asked)
        return TapedAnswer(answer.asked, came)

    def _with_more(
        self, came: tuple[AnswerEvent, ...], path: str, asked: Sequence[bytes]
    ) -> tuple[AnswerEvent, ...]:
        """Return what came with what was asked since the tape had no more to tell of a session."""
        if not asked:
            return came
        history = b"".join(each.data for each in came if isinstance(each, Arrived))
        return _with_content(came, self._add_asked(path, history, asked))

    @property
    def rows(self) -> TapedRows:
        """What lists are made of where the tape holds none."""
        sessions = (
            replace(each, id=id_now)
            for each in self._rows.sessions
            for id_now in self._ids_now.get(each.id) or (each.id,)
        )
        return TapedRows(tuple(sessions), self._rows.bots)

    def _path_then(self, path: str) -> str:
        resource, mark, query = path.partition("?")
        names = (self._ids_then.get(each, each) for each in resource.split("/"))
        return "/".join(names) + mark + query

    def _learn_id(self, path: str, body: bytes) -> None:
        fitting = [each for each in self._made if _id_in(path, each)]
        if not fitting:
            return
        asked = max(fitting, key=lambda each: self._likeness(each.session, body))
        id_now = _id_in(path, asked)
        self._ids_then[id_now] = asked.session
        self._ids_now[asked.session].insert(0, id_now)

    def _likeness(self, session: str, body: bytes) -> tuple[bool, bool, bool]:
        question = self._questions.get(session, b"")
        return (
            bool(question) and question in body,
            session not in self._ids_now,
            session not in self._seen,
        )


def _with_ids(
    events: tuple[AnswerEvent, ...], ids_now: Mapping[str, str]
) -> tuple[AnswerEvent, ...]:
    """Return what came with other ids in it, in pieces as long as they were."""
    content = before = b"".join(each.data for each in events if isinstance(each, Arrived))
    for id_then, id_now in ids_now.items():
        if len(id_then) == len(id_now) > 0:
            content = content.replace(id_then.encode(), id_now.encode())
    if content == before:
        return events
    changed, at = list[AnswerEvent](), 0
    for event in events:
        if isinstance(event, Arrived):
            size = len(event.data)
            changed.append(replace(event, data=content[at : at + size]))
            at += size
        else:
            changed.append(event)
    return tuple(changed)


def _with_content(events: tuple[AnswerEvent, ...], content: bytes) -> tuple[AnswerEvent, ...]:
    """Return the events with all of the content in the first piece that came."""
    changed = list[AnswerEvent]()
    for event in events:
        if isinstance(event, Arrived):
            event, content = replace(event, data=content), b""
        changed.append(event)
    return tuple(changed)


def _in_json(text: str) -> bytes:
    return json.dumps(text, ensure_ascii=False).encode("utf-8", "replace") if text else b""


def _id_in(path: str, made: Asked) -> str:
    """Return what stands for the session of a call of then in the path of one that is like it."""
    now, then = path.split("/"), made.path.split("/")
    if made.session not in then or len(then) != len(now):
        return ""
    id_now = now[then.index(made.session)]
    return id_now if now == [id_now if each == made.session else each for each in then] else ""
