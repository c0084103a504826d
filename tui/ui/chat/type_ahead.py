"""Type-ahead: questions submitted while an answer is coming, or before anything is open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from tui.conversation import Conversation


class TypeAhead:
    """Holds such questions, in their order, for when the answer has come.

    Those for `None` are for the first conversation there is.
    """

    def __init__(self) -> None:
        self._texts: defaultdict[Conversation | None, list[str]] = defaultdict(list)

    def add(self, conversation: Conversation | None, text: str) -> None:
        self._texts[conversation].append(text)

    def texts(self, conversation: Conversation | None) -> Sequence[str]:
        return self._texts.get(conversation, ())

    def all_texts(self) -> Sequence[str]:
        return [text for texts in self._texts.values() for text in texts]

    def open(self, conversation: Conversation) -> None:
        """Let those for the first conversation be for this one."""
        if texts := self._texts.pop(None, None):
            self._texts[conversation] += texts

    def next(self, conversation: Conversation) -> str:
        """Return the one to be sent now and forget it; empty when there is none."""
        texts = self._texts.get(conversation)
        return texts.pop(0) if texts else ""

    def give_back(self, conversation: Conversation | None) -> str:
        """Return all of them as one text, and forget them: they will not be sent."""
        return "\n".join(self._texts.pop(conversation, ()))
