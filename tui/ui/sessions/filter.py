"""Filter of sessions by words, while they are typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from tui.formatting.search_pattern import folded
from tui.model import Session

NO_NAMES: Mapping[str, str] = MappingProxyType({})


class SessionFilter:
    """Finds the sessions with all words in title, preview or what a person named them.

    Case and accents do not matter. What has been made to look in is kept, and what matched is
    looked through again as long as words only grow.
    """

    def __init__(
        self, sessions: Sequence[Session] = (), names: Mapping[str, str] = NO_NAMES
    ) -> None:
        self._sessions = sessions
        self._names = names
        self._texts: list[str] = []
        self._words: list[str] = []
        self._places: Sequence[int] = range(0)
        self._matching: Sequence[Session] = sessions

    def use(self, sessions: Sequence[Session], names: Mapping[str, str] = NO_NAMES) -> None:
        """Look in these from now on; `names` are those that a person gave, by session."""
        if names is not self._names:
            self._names, self._texts, self._words = names, [], []
        if sessions is self._sessions:
            return
        before, self._sessions = self._sessions, sessions
        self._matching, self._words = sessions, []
        if len(sessions) != len(before):
            self._texts = []
        # mostly one of them has got a title: what was made of the others stands
        for place in range(len(self._texts)):
            if sessions[place] is not before[place]:
                self._texts[place] = self._text_of(sessions[place])

    def prepare(self, count: int) -> None:
        """Make the next `count` sessions ready to be looked in."""
        made = len(self._texts)
        self._texts += map(self._text_of, self._sessions[made : made + count])

    def matching(self, text: str) -> Sequence[Session]:
        """Return the sessions that match: the same object until it would be others."""
        words = folded(text).split()
        if not words:
            self._words, self._matching = [], self._sessions
        elif words != self._words:
            self.prepare(len(self._sessions))
            self._places = self._narrowed(words)
            self._words = words
            self._matching = [self._sessions[place] for place in self._places]
        return self._matching

    def _narrowed(self, words: list[str]) -> Sequence[int]:
        # one that a longer word holds had matched wherever that does
        is_narrower = self._words and all(any(old in new for new in words) for old in self._words)
        places = self._places if is_narrower else range(len(self._sessions))
        for word in words:
            places = [place for place in places if word in self._texts[place]]
        return places

    def _text_of(self, session: Session) -> str:
        name = self._names.get(session.id, "")
        return folded(f"{name} {session.title} {session.preview}")
