"""Stall watch: warns when nothing comes any more of an answer."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from tui.conversation import Conversation, Phase
from tui.conversation.patience import Patience
from tui.ui.chat.context import ChatContext
from tui.ui.chat.notice import Topic


class StallWatch:
    """Shows a note while the open conversation is silent for longer than a person has patience.

    Nothing ends by itself, however long it takes.
    """

    def __init__(self, context: ChatContext) -> None:
        self._context = context
        self._patience = WeakKeyDictionary[Conversation, Patience]()

    def look(self) -> None:
        """Show the note when it is time, and take it away when something came."""
        limit_s = self._passed_limit_s()
        if limit_s is None:
            self._context.notice.end(Topic.STALLED)
            return
        stops, waits = self._context.key_of("chat.stop"), self._context.key_of("chat.wait")
        self._context.notice.show(
            Topic.STALLED,
            f"No data for {limit_s:.0f} s.",
            f"{stops} stop (keeps this text) · {waits} wait",
        )

    def wait_on(self) -> None:
        """Take the note away until the silence is twice as long."""
        conversation = self._context.conversation
        while conversation is not None and self._passed_limit_s() is not None:
            self._patience[conversation].extend()
        self.look()

    @property
    def is_told(self) -> bool:
        return Topic.STALLED in self._context.notice.topics

    def _passed_limit_s(self) -> float | None:
        """Return the patience that has run out, `None` while there is some left."""
        connection, conversation = self._context.connection, self._context.conversation
        if connection is None or conversation is None:
            return None
        if (progress := conversation.progress) is None:
            self._patience.pop(conversation, None)
            return None
        patience = self._patience.setdefault(conversation, Patience())
        limit_s = patience.passed_limit_s(progress.last_event_at, connection.clock())
        return limit_s if progress.phase is not Phase.RECOVERING else None
