"""Type-ahead: questions submitted before anybody could see that an answer is still coming."""

from __future__ import annotations

from collections import defaultdict

from tui.conversation import Conversation


class TypeAhead:
    """Holds such questions, in their order, for when the answer has come."""

    def __init__(self) -> None:
        self._texts: defaultdict[Conversation, list[str]] = defaultdict(list)

    def add(self, conversation: Conversation, text: str) -> None:
        self._texts[conversation].append(text)

    def next(self, conversation: Conversation) -> str:
        """Return the one to be sent now and forget it; empty when there is none."""
        texts = self._texts.get(conversation)
        return texts.pop(0) if texts else ""

    def give_back(self, conversation: Conversation) -> str:
        """Return all of them as one text, and forget them: they will not be sent."""
        return "\n".join(self._texts.pop(conversation, ()))
