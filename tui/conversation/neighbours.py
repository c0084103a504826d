"""Neighbours of a session: those around it in time, of the same person, and with a like question.

All of them are taken from what is kept here; the server is not asked. What was forgotten is near
nothing: to open it would be to keep it again.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice

from msgspec import Struct

from tui.conversation.connection import Connection
from tui.conversation.documents import may_be_kept
from tui.conversation.message_finder import MessageFinder
from tui.model import Message, Role, Session
from tui.query import Query
from tui.query.folding import folded_name, folded_text
from tui.query.found import Page
from tui.query.tree import Says, Term, Words

AROUND = 4
"""So many are told before and behind it."""
MOST_SIMILAR = 8
MOST_OF_PERSON = 12
_MOST_TERMS = 12
_RARE = 100
"""Words in no more sessions than this tell them apart."""
_LEAST_SHARE = 0.6
"""So much of what was asked must have been asked there too."""
_WORD = re.compile(r"\w+")
_NO_BLANKS = r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]"
"""Letters of scripts that put none between words."""
_LEAST_CHARS = 3
_NAMES_A_PERSON = re.compile(r"name|mail|phone|tel|mobil|user|customer|\bid\b", re.I)


class Neighbours(Struct, frozen=True):
    """Sessions near another one, which is not among them; each stands in one place alone."""

    similar: Sequence[Session] = ()
    """In which nearly the same was asked, the likest first."""
    of_person: Sequence[Session] = ()
    """Held with the same person, as far as a form or the site told; newest first."""
    around: Sequence[Session] = ()
    """As listed, before and behind it."""


async def neighbours_of(
    connection: Connection, finder: MessageFinder, session_id: str, message_id: str = ""
) -> Neighbours:
    """Return what is near a session; what is like it is told of the question before a message.

    Without a message that is its first question.
    """
    listed = connection.listed_sessions()
    sessions = [each for each in listed if each.id == session_id or may_be_kept(connection, each)]
    at = next((at for at, each in enumerate(sessions) if each.id == session_id), None)
    if at is None:
        return Neighbours()
    told = {session_id}
    question = await _question(connection, session_id, message_id)
    by_id = {each.id: each for each in sessions}
    likest = await _similar_ids(finder, question, len(sessions), session_id)
    similar = [by_id[each] for each in likest if each in by_id]
    told.update(each.id for each in similar)
    others = (each for each in _of_person(sessions[at], sessions) if each.id not in told)
    of_person = list(islice(others, MOST_OF_PERSON))
    told.update(each.id for each in of_person)
    near = sessions[max(0, at - AROUND) : at + AROUND + 1]
    return Neighbours(similar, of_person, [each for each in near if each.id not in told])


async def _question(connection: Connection, session_id: str, message_id: str) -> str:
    messages: Sequence[Message]
    if (conversation := connection.opened(session_id)) is not None:
        messages = tuple(conversation.timeline)
    else:
        messages = [row.message for row in await connection.store.messages(session_id)]
    asked = ""
    for message in messages:
        if message.role is Role.USER:
            asked = message.text
        if asked and (not message_id or message.id == message_id):
            break
    return asked


# Similar questions


async def _similar_ids(
    finder: MessageFinder, question: str, session_count: int, own_id: str
) -> list[str]:
    """Return the sessions that share most of the words that tell a question from others."""
    terms = terms_of(question)
    common: list[str] = []
    weights: defaultdict[str, float] = defaultdict(float)
    shared: Counter[str] = Counter()

    def note(ids: Collection[str], size: int) -> None:
        weight = size * math.log(1 + session_count / len(ids)) if ids else 0.0
        for each in ids:
            weights[each] += weight
            shared[each] += size

    for term in terms:
        ids, is_all = await _asking(finder, [term])
        if is_all:
            note(ids, 1)
        else:
            common.append(term)
    if common:
        ids, _ = await _asking(finder, common)
        note(ids, len(common))
    least = max(1, math.ceil(_LEAST_SHARE * len(terms)))
    like = [each for each in weights if each != own_id and shared[each] >= least]
    return sorted(like, key=weights.__getitem__, reverse=True)[:MOST_SIMILAR]


async def _asking(finder: MessageFinder, words: Sequence[str]) -> tuple[Collection[str], bool]:
    """Return sessions in which all these words are asked, and whether there are no others."""
    query = Query((Term(Says(Role.USER)), *(Term(Words(each)) for each in words)))
    found = await finder.find(query, Page(_RARE, is_by_session=True))
    ids = {each.document.session.id for each in found.sessions if each.hit.exchanges}
    return ids, found.is_all and found.count <= _RARE


def terms_of(question: str) -> list[str]:
    """Return the longest words of a question, folded, and pairs of letters where no blanks part."""
    words: dict[str, None] = {}
    for word in _WORD.findall(folded_text(question)):
        if re.search(_NO_BLANKS, word):
            words |= dict.fromkeys(word[at : at + 2] for at in range(0, len(word) - 1, 2))
        elif len(word) >= _LEAST_CHARS:
            words[word] = None
    return sorted(words, key=len, reverse=True)[:_MOST_TERMS]


# The same person


def _of_person(session: Session, sessions: Sequence[Session]) -> Iterator[Session]:
    known = set(_identities(session))
    if known:
        for each in sessions:
            if each is not session and not known.isdisjoint(_identities(each)):
                yield each


def _identities(session: Session) -> Iterator[tuple[str, str]]:
    """Yield what tells a person from others: names, addresses and numbers, folded."""
    if (facts := session.facts) is None:
        return
    told: list[tuple[str, str]] = [*facts.lead]
    if isinstance(facts.auth_data, Mapping):
        told += [(key, value) for key, value in facts.auth_data.items() if isinstance(value, str)]
    for key, value in told:
        is_address = "@" in value or sum(map(str.isdecimal, value)) > 5
        if value.strip() and (is_address or _NAMES_A_PERSON.search(key)):
            yield folded_name(key), folded_name(value)
