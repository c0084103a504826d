"""Trail of hits: what a search of everything found, session by session, to be gone through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from tui.formatting.search_pattern import SearchPattern
from tui.query import Matcher
from tui.query.found import Found
from tui.query.snippets import pattern_of_words
from tui.values import replace


class Stop(Struct, frozen=True):
    """A session in which something was found."""

    session_id: str = ""
    hit_ids: tuple[str, ...] = ()
    """Of each exchange the message in which the words stand first; none for a title."""
    message_ids: frozenset[str] = frozenset()
    """All messages of the exchanges: what is marked elsewhere is no hit."""


class HitTrail(Struct, frozen=True):
    """Goes around the ends; `at` is the stop where the reader is."""

    line: str
    """What was looked for, as it is told."""
    pattern: SearchPattern | None
    """What finds its words; `None` where it has none."""
    stops: Sequence[Stop]
    at: int = 0

    @classmethod
    def of(
        cls, found: Found, hit_ids: Mapping[str, Sequence[str]], matcher: Matcher, line: str
    ) -> HitTrail:
        """Return the trail of what was found; `hit_ids` are those of its stops, by session.

        A session that is not listed yet has none, and is no stop.
        """
        stops: dict[str, Stop] = {}
        for each in found.sessions:
            session_id = each.document.session.id
            if session_id not in hit_ids:
                continue
            ids = (message.id for exchange in each.hit.exchanges for message in exchange.messages)
            stops[session_id] = Stop(session_id, tuple(hit_ids[session_id]), frozenset(ids))
        return cls(line, pattern_of_words(matcher), tuple(stops.values()))

    @property
    def stop(self) -> Stop:
        return self.stops[self.at]

    @property
    def goes_on(self) -> bool:
        """There are hits in other sessions too."""
        return len(self.stops) > 1

    @property
    def alone(self) -> HitTrail:
        """What was looked for, and no hits to go on to: for whoever has left the trail."""
        return replace(self, stops=(Stop(),), at=0)

    @property
    def told(self) -> str:
        return f"session {self.at + 1:,} of {len(self.stops):,}" if self.goes_on else ""

    def begun_at(self, session_id: str) -> HitTrail:
        """Return the trail with the reader in this session."""
        places = (at for at, each in enumerate(self.stops) if each.session_id == session_id)
        return replace(self, at=next(places, 0))

    def moved(self, direction: int) -> HitTrail:
        """Return the trail with the reader in the next (1) or previous (-1) session."""
        return replace(self, at=(self.at + direction) % len(self.stops))
