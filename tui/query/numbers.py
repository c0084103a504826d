"""Numbers of what a query finds: sessions, exchanges, and what the server says of the answers."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, tzinfo

from msgspec import Struct, field

from tui.facts import Feedback, MessageFacts
from tui.model import Message, Role
from tui.query.document import Document, Exchange
from tui.query.matching import Matcher, SessionHit

NO_GROUP = ""
"""What has no label, no time, no known bot."""


class Grouping(enum.StrEnum):
    DAY = "day"
    """Of the exchange, at this machine."""
    HOUR = "hour"
    """Of the day, from `00` to `23`."""
    BOT = "bot"
    LABEL = "label"
    """An exchange with several is counted with each."""


class Numbers(Struct):
    """What is counted of some exchanges."""

    session_ids: set[str] = field(default_factory=set)
    exchanges: int = 0
    """Questions with their answers; what stands before the first question is none."""
    with_known_source: int = 0
    """Answers of which it is known whether they have a source."""
    without_source: int = 0
    frustrated: int = 0
    thumbs_up: int = 0
    thumbs_down: int = 0
    cut: int = 0
    errors: int = 0
    tokens: int = 0
    answer_s: list[float] = field(default_factory=list)
    """How long each answer took that was asked for here."""

    @property
    def sessions(self) -> int:
        return len(self.session_ids)

    @property
    def without_source_share(self) -> float | None:
        """From 0 to 1; `None` where it is known of no answer."""
        return self.without_source / self.with_known_source if self.with_known_source else None

    @property
    def median_answer_s(self) -> float | None:
        # with the first median, not with the chat
        from statistics import median

        return median(self.answer_s) if self.answer_s else None

    def add(self, session_id: str, exchange: Exchange) -> None:
        self.session_ids.add(session_id)
        self.exchanges += 1
        facts = facts_of(exchange)
        if facts.without_source is not None:
            self.with_known_source += 1
            self.without_source += facts.without_source
        self.frustrated += bool(facts.frustration)
        self.thumbs_up += facts.feedback is Feedback.UP
        self.thumbs_down += facts.feedback is Feedback.DOWN
        self.cut += facts.is_cut
        self.tokens += facts.total_tokens or 0
        self.errors += any(map(_has_failed, exchange.messages))
        for message in exchange.messages:
            if message.origin is not None and message.origin.duration_s is not None:
                self.answer_s.append(message.origin.duration_s)


class Counter:
    """Counts the exchanges of documents that a matcher finds: all together, and by group.

    `zone` is where days begin, `None` for that of this machine.
    """

    def __init__(
        self,
        matcher: Matcher | None,
        grouping: Grouping | None = None,
        zone: tzinfo | None = None,
    ) -> None:
        self._matcher = matcher
        self._groups_of = _GROUPS[grouping] if grouping is not None else None
        self._zone = zone
        self.total = Numbers()
        self._groups: dict[str, Numbers] = {}
        self._bot_names: dict[str, str] = {}

    def add(self, document: Document) -> None:
        """Count what the matcher finds of a document; all of it where no exchange is told."""
        hit = SessionHit() if self._matcher is None else self._matcher.hit(document)
        if hit is None:
            return
        for exchange in hit.exchanges or document.exchanges:
            if exchange.messages[0].role is not Role.USER:
                continue
            self.total.add(document.session.id, exchange)
            self._learn_name(document, exchange)
            for name in self._groups_of(document, exchange, self._zone) if self._groups_of else ():
                self._groups.setdefault(name, Numbers()).add(document.session.id, exchange)

    @property
    def groups(self) -> Mapping[str, Numbers]:
        """In the order of their names; what has no group comes last."""
        named = {self._bot_names.get(name, name): each for name, each in self._groups.items()}
        return dict(sorted(named.items(), key=lambda each: (each[0] == NO_GROUP, each[0])))

    def _learn_name(self, document: Document, exchange: Exchange) -> None:
        """Note what a chatbot is called: only what was asked here may tell, or the document."""
        if not document.bots:
            return
        bot_id, *names = document.bots
        name = next(iter(names), "") or _asked_bot(exchange)
        if name and name not in self._bot_names.values():
            self._bot_names.setdefault(bot_id, name)


def facts_of(exchange: Exchange) -> MessageFacts:
    """Return the facts of the last of its messages that has any; an answer's has more."""
    told = (each.facts for each in reversed(exchange.messages) if each.facts is not None)
    return next(told, MessageFacts())


def _has_failed(message: Message) -> bool:
    return message.failure is not None or (message.facts is not None and bool(message.facts.error))


def _time_of(exchange: Exchange, zone: tzinfo | None) -> datetime | None:
    times = (each.sent_at for each in exchange.messages)
    first = next(filter(None, times), None)
    return None if first is None else first.astimezone(zone)


def _day(_: Document, exchange: Exchange, zone: tzinfo | None) -> Iterable[str]:
    time = _time_of(exchange, zone)
    return (NO_GROUP if time is None else time.date().isoformat(),)


def _hour(_: Document, exchange: Exchange, zone: tzinfo | None) -> Iterable[str]:
    time = _time_of(exchange, zone)
    return (NO_GROUP if time is None else f"{time.hour:02}",)


def _bot(document: Document, exchange: Exchange, _: tzinfo | None) -> Iterable[str]:
    # by the id where there is one: the name of a chatbot is not known of every session
    return (document.bots[0] if document.bots else _asked_bot(exchange) or NO_GROUP,)


def _asked_bot(exchange: Exchange) -> str:
    """Return the name of what was asked here, empty for what was asked elsewhere."""
    asked = (each.origin.bot_name for each in exchange.messages if each.origin is not None)
    return next(filter(None, asked), "")


def _labels(_: Document, exchange: Exchange, __: tzinfo | None) -> Iterable[str]:
    return facts_of(exchange).labels or (NO_GROUP,)


_GROUPS: dict[Grouping, Callable[[Document, Exchange, tzinfo | None], Iterable[str]]] = {
    Grouping.DAY: _day,
    Grouping.HOUR: _hour,
    Grouping.BOT: _bot,
    Grouping.LABEL: _labels,
}
