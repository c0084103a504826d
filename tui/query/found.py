"""Results of a query over many sessions, and the sessions that are asked about."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from functools import cached_property

from msgspec import Struct, field

from tui.query.document import Document
from tui.query.folding import folded_name
from tui.query.matching import Matcher, SessionHit
from tui.values import replace

COUNTED = 1_000
"""Beyond so many hits nobody counts."""


class Order(enum.Enum):
    """Which sessions come first."""

    RECENT = "recent"
    """Those that stand first among the sessions that are asked about."""
    RELEVANT = "relevant"
    """Those that are called so, and those with more hits."""


class Page(Struct, frozen=True):
    """Which of the hits are wanted."""

    limit: int
    offset: int = 0
    order: Order = Order.RECENT
    is_by_session: bool = False
    """Of each session its first hit is enough; where facts alone are asked for, none is told."""


class Catalogue:
    """The sessions of an account that a search asks about, without their messages.

    They are in the order in which results are wanted.
    """

    def __init__(self, documents: Iterable[Document]) -> None:
        self.documents: Sequence[Document] = tuple(documents)

    @cached_property
    def positions(self) -> dict[str, int]:
        """By the id of the session."""
        return {each.session.id: at for at, each in enumerate(self.documents)}

    @cached_property
    def _titles(self) -> list[str]:
        return ["\n".join(map(folded_name, each.titles)) for each in self.documents]

    def titled(self, matcher: Matcher) -> list[int]:
        """Return where the words stand in what a session is called, ascending."""
        if not matcher.words or matcher.conditions:
            return []
        first, *others = matcher.words
        places = [at for at, title in enumerate(self._titles) if first in title]
        return [
            at
            for at in places
            if all(word in self._titles[at] for word in others)
            and matcher.holds_of_titles(self.documents[at].titles)
        ]


class FoundSession(Struct, frozen=True):
    document: Document
    """Without its messages."""
    hit: SessionHit


class Found(Struct, frozen=True):
    """One page of what a search found."""

    sessions: tuple[FoundSession, ...] = ()
    count: int = 0
    """How many hits there are on all pages: exchanges, and sessions that are found without."""
    is_all: bool = True
    """There are no more than those."""


class Collector(Struct):
    """Takes hits in the order of sessions, and makes a page of them."""

    page: Page
    _sessions: list[FoundSession] = field(default_factory=list)
    count: int = 0

    @property
    def missing(self) -> int:
        """So many hits more fill the page; none or fewer where it is full."""
        page = self.page
        wanted = COUNTED if page.order is Order.RELEVANT else page.offset + page.limit
        return wanted - self.count

    @property
    def has_page(self) -> bool:
        """The page is full, as far as sessions come in its order."""
        return self.missing <= 0

    @property
    def has_enough(self) -> bool:
        """Whatever else is found changes nothing."""
        return self.has_page and self.count >= COUNTED

    def add(self, document: Document, hit: SessionHit) -> None:
        if self.page.is_by_session:
            hit = replace(hit, exchanges=hit.exchanges[:1])
        self._sessions.append(FoundSession(document, hit))
        self.count += max(1, len(hit.exchanges))

    def found(self, *, is_all: bool) -> Found:
        sessions = self._sessions
        if self.page.order is Order.RELEVANT:
            sessions = sorted(sessions, key=_relevance, reverse=True)
        return Found(tuple(self._on_page(sessions)), self.count, is_all)

    def _on_page(self, sessions: Sequence[FoundSession]) -> Iterable[FoundSession]:
        offset = self.page.offset
        at, end = 0, offset + self.page.limit
        for each in sessions:
            size = max(1, len(each.hit.exchanges))
            if at < end and at + size > offset:
                part = each.hit.exchanges[max(0, offset - at) : end - at]
                yield replace(each, hit=replace(each.hit, exchanges=part))
            at += size


def _relevance(found: FoundSession) -> tuple[bool, int]:
    return found.hit.is_by_title, len(found.hit.exchanges)
