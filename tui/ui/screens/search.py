"""Finding words in everything that has been read."""

from __future__ import annotations

from collections.abc import Sequence

from tui.conversation import Connection
from tui.safe_text import clean_line
from tui.ui.screens.pick import Choice, PickScreen

MAX_HITS = 200
_AROUND_CHARS = 60


class SearchScreen(PickScreen):
    """Returns session id and message id on two lines; the second is empty for a hit in a title."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        read = sum(1 for s in connection.known_sessions() if connection.store.messages(s.id))
        super().__init__(
            "Find in everything",
            [],
            empty=f"Searches all titles and the {read} sessions read so far. "
            "Fewer or shorter words find more.",
        )

    def matching(self, words: str) -> Sequence[Choice]:
        wanted = words.casefold().strip()
        if not wanted:
            return []
        hits: list[Choice] = []
        for session in self._connection.known_sessions():
            if wanted in f"{session.title} {session.preview}".casefold():
                hits.append(Choice(f"{session.id}\n", session.label, session.preview))
            for message in self._connection.store.messages(session.id):
                at = message.text.casefold().find(wanted)
                if at >= 0:
                    around = message.text[max(0, at - _AROUND_CHARS) : at + _AROUND_CHARS]
                    hits.append(
                        Choice(f"{session.id}\n{message.id}", session.label, clean_line(around))
                    )
                if len(hits) >= MAX_HITS:
                    return hits
        return hits
