"""Meaning of a query: a plain scan over sessions and messages, which every index is held against.

A query is asked about a session, and told per exchange: a question and what follows up to the next.

- `bot: title: lead: tag: note: draft: unread: flag: archived: own: messages: after: before:` are
  about the session. `after` and `before` ask when it changed last; one without a time is neither.
- Words, `role: label: feedback: frustrated: nosource: error: cut: tool: source: tokens:` are about
  one exchange: `refund feedback:down` is an exchange whose question or answer has the word and
  whose answer was given a thumb down. Several words may stand in several of its messages.
- `role:` narrows which messages of an exchange words are looked for in, and asks for one of them.
  What the server says of an answer is true of its exchange, whoever is listened to.
- With `-` a term asks for the opposite, of the same session or exchange: `refund -label:billing` is
  an exchange with the word and without the label.
- Words are also found in what the session is called, as long as nothing else is asked of an
  exchange; those with `-` must not stand there then.

A session matches when all about the session holds and an exchange, or what it is called, holds the
rest. Where nothing is asked of exchanges, every session matches of which the first is true, and no
exchange is told.

Words match inside of others, folded: `cafe` is in `Cafés`, `退款` in `申请退款`; several between
quotes stand one after the other. `label:refund` is a label with that in it, `label:` any label.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from functools import partial

from msgspec import Struct

from tui.model import CitationsPart, Message, Role, Session
from tui.query.document import Document, Exchange, searched_text
from tui.query.folding import folded_name, folded_text
from tui.query.tree import (
    Bound,
    Comparison,
    Condition,
    Counted,
    Dated,
    Has,
    Is,
    Quantity,
    Query,
    Rated,
    Says,
    State,
    Term,
    TextKey,
    Words,
)
from tui.query.when import moment_of

TextOf = Callable[[Message], str]
_COMPARES: dict[Comparison, Callable[[int, int], bool]] = {
    Comparison.MORE: int.__gt__,
    Comparison.AT_LEAST: int.__ge__,
    Comparison.LESS: int.__lt__,
    Comparison.AT_MOST: int.__le__,
    Comparison.EXACTLY: int.__eq__,
}
_SESSION_FIELDS = {
    TextKey.BOT,
    TextKey.TITLE,
    TextKey.LEAD,
    TextKey.TAG,
    TextKey.NOTE,
    TextKey.DRAFT,
}
_SESSION_STATES = {State.UNREAD, State.FLAG, State.ARCHIVED, State.OWN}


class SessionHit(Struct, frozen=True):
    """What of a session a query found."""

    exchanges: tuple[Exchange, ...] = ()
    """Those that hold all that was asked of one, oldest first; none when nothing was."""
    is_by_title: bool = False
    """The words stand in what the session is called."""


class Matcher:
    """Answers one query, as it is meant at one moment."""

    def __init__(
        self,
        query: Query,
        now: datetime,
        zone: tzinfo | None = None,
        *,
        text_of: TextOf = searched_text,
    ) -> None:
        """`zone` is where days begin, `None` for that of this machine; `now` is aware.

        `text_of` gives what words are looked for in, folded.
        """
        self._text_of = text_of
        self._session_tests: list[Callable[[Document], bool]] = []
        self._bounds: list[tuple[datetime, bool, bool]] = []
        """Moments, whether it is from there on or before, and whether what has no time matches."""
        self._fact_tests: list[Callable[[Exchange], bool]] = []
        self._roles: list[Callable[[Role], bool]] = []
        self.words: list[str] = []
        """Folded, each to stand in an exchange."""
        self.absent_words: list[str] = []
        """Folded, none to stand there."""
        self.conditions: list[Condition] = []
        """What must hold of an exchange besides words."""
        self.asks_of_count = False
        """It matters how many messages of a session are kept."""
        self.asks_for_unread = False
        """None but unread sessions match."""
        for term in query.terms:
            self._add(term, now, zone)

    @property
    def asks_of_exchanges(self) -> bool:
        return bool(self.words or self.absent_words or self._fact_tests or self._roles)

    @property
    def asks_for_conditions_only(self) -> bool:
        """An exchange is found of which all `conditions` hold, some or other of its messages."""
        is_without_words = not self.words and not self.absent_words
        return is_without_words and len(self.conditions) == len(self._fact_tests) + len(self._roles)

    @property
    def asks_of_sessions(self) -> bool:
        """Something must hold of the session itself."""
        return bool(self._session_tests or self._bounds)

    def hit(self, document: Document) -> SessionHit | None:
        """Return what of a session the query finds, `None` when it does not match."""
        if not self.holds_of_session(document):
            return None
        if not self.asks_of_exchanges:
            return SessionHit()
        exchanges = tuple(filter(self.holds_of_exchange, document.exchanges))
        is_by_title = self.holds_of_titles(document.titles)
        return SessionHit(exchanges, is_by_title) if exchanges or is_by_title else None

    def holds_of_session(self, document: Document) -> bool:
        """Say whether all that is asked of the session is true; of its messages none is looked at.

        But for its first question, where nothing else is a title, and their number.
        """
        return self.is_of_time(document.session) and all(
            test(document) for test in self._session_tests
        )

    def is_of_time(self, session: Session) -> bool:
        """Say whether the session changed when it was asked for."""
        return bool(self.of_time((session,)))

    def of_time(self, sessions: Sequence[Session]) -> Sequence[Session]:
        """Return the sessions that changed when it was asked for, in their order."""
        for moment, is_after, has_timeless in self._bounds:
            # in one go, and without `changed_at`: a list is long, and few queries ask for all of it
            sessions = [
                each
                for each in sessions
                if (
                    has_timeless
                    if (changed_at := each.updated_at or each.created_at) is None
                    else (changed_at >= moment) is is_after
                )
            ]
        return sessions

    def holds_of_exchange(self, exchange: Exchange) -> bool:
        listened_to = [each for each in exchange.messages if self.is_listened_to(each)]
        if not listened_to or not all(test(exchange) for test in self._fact_tests):
            return False
        return self._has_words(map(self._text_of, listened_to))

    def holds_of_titles(self, titles: Iterable[str]) -> bool:
        if not self.words or self.conditions:
            return False
        return self._has_words(map(folded_name, titles))

    def is_listened_to(self, message: Message) -> bool:
        """Say whether words are looked for in what a message says, as its role is."""
        return self.listens_to(message.role)

    def listens_to(self, role: Role) -> bool:
        return all(test(role) for test in self._roles)

    def _has_words(self, texts: Iterable[str]) -> bool:
        if not self.words and not self.absent_words:
            return True
        missing = set(self.words)
        for text in texts:
            if any(word in text for word in self.absent_words):
                return False
            missing = {word for word in missing if word not in text}
        return not missing

    def _add(self, term: Term, now: datetime, zone: tzinfo | None) -> None:
        condition, is_wanted = term.condition, not term.is_negated
        match condition:
            case Words(text):
                # marks without letters ask for nothing
                if word := folded_text(text):
                    (self.words if is_wanted else self.absent_words).append(word)
                return
            case Says(role):
                self._roles.append(partial(_is_said_by, role, is_wanted))
            case Dated(bound, when):
                moment = moment_of(when, now, zone)
                is_after = is_wanted is (bound is Bound.AFTER)
                self._bounds.append((moment, is_after, not is_wanted))
                return
            case _ if (session_test := _session_test(condition)) is not None:
                self._session_tests.append(partial(_is, session_test, is_wanted))
                self.asks_of_count |= isinstance(condition, Counted)
                self.asks_for_unread |= is_wanted and condition == Is(State.UNREAD)
                return
            case _:
                self._fact_tests.append(partial(_is, partial(_holds, condition), is_wanted))
        if is_wanted:
            self.conditions.append(condition)


def matches(query: Query, document: Document, now: datetime, zone: tzinfo | None = None) -> bool:
    """Say whether a session matches; whoever asks about several makes one `Matcher`."""
    return Matcher(query, now, zone).hit(document) is not None


def _is(test: Callable[..., bool], is_wanted: bool, value: Document | Exchange) -> bool:
    return test(value) is is_wanted


def _is_said_by(role: Role, is_wanted: bool, other: Role) -> bool:
    return (other is role) is is_wanted


def _session_test(condition: Condition) -> Callable[[Document], bool] | None:
    """Return what tells whether it is true of a session, `None` for what is about an exchange."""
    match condition:
        case Has(field, text) if field in _SESSION_FIELDS:
            word = folded_text(text)
            return lambda document: _is_in(word, _session_texts(field, document))
        case Is(state) if state in _SESSION_STATES:
            return lambda document: _is_marked(state, document)
        case Counted(Quantity.MESSAGES, comparison, number):
            compare = _COMPARES[comparison]
            return lambda document: compare(document.message_count, number)
    return None


def _session_texts(field: TextKey, document: Document) -> Iterable[str]:
    match field:
        case TextKey.BOT:
            return document.bots
        case TextKey.TITLE:
            return document.titles
        case TextKey.LEAD:
            return document.lead
        case TextKey.TAG:
            return document.marks.tags
        case TextKey.NOTE:
            return (document.marks.note,)
        case _:
            return (document.draft,)


def _is_marked(state: State, document: Document) -> bool:
    marks = document.marks
    match state:
        case State.UNREAD:
            return marks.is_unread
        case State.FLAG:
            return marks.is_flagged
        case State.ARCHIVED:
            return marks.is_archived
        case _:
            return marks.is_own


def _is_in(word: str, texts: Iterable[str]) -> bool:
    """Say whether a folded word is in one of the texts; an empty one, whether there is any text."""
    return any(word in folded for text in texts if (folded := folded_name(text)))


def _holds(condition: Condition, exchange: Exchange) -> bool:
    return any(_holds_of(condition, message) for message in exchange.messages)


def _holds_of(condition: Condition, message: Message) -> bool:
    facts = message.facts
    match condition:
        case Has(field, text):
            return _is_in(folded_text(text), fact_texts(field, message))
        case Rated(feedback):
            told = None if facts is None else facts.feedback
            return told is not None and feedback in (None, told)
        case Is(State.NO_SOURCE):
            return facts is not None and facts.without_source is True
        case Is(State.CUT):
            return facts is not None and facts.is_cut
        case Counted(_, comparison, number):
            tokens = None if facts is None else facts.total_tokens
            return tokens is not None and _COMPARES[comparison](tokens, number)
        case _:
            return False


def fact_texts(field: TextKey, message: Message) -> Iterator[str]:
    """Yield what a message has of a field of exchanges."""
    facts, failure = message.facts, message.failure
    match field:
        case TextKey.LABEL if facts is not None:
            yield from facts.labels
        case TextKey.FRUSTRATED if facts is not None:
            yield facts.frustration
        case TextKey.ERROR:
            yield "" if facts is None else facts.error
            yield "" if failure is None else failure.sentence
        case TextKey.TOOL:
            yield from (tool.name for tool in message.tools)
        case TextKey.SOURCE:
            for part in message.parts:
                if isinstance(part, CitationsPart):
                    for citation in part.citations:
                        yield citation.title
                        yield citation.url
