"""Facts of an operator: what a server keeps of messages and sessions for whoever runs the bot.

Frozen values, every text safe to draw. All of them come and go between servers and editions: what
is empty or `None` was not told. An IP address is never among them.
"""

from __future__ import annotations

import enum
from datetime import datetime

from msgspec import Struct

from tui.safe_text import JsonValue, SafeText

CUT_REASON = "length"
"""Why an answer ended that was cut by the limit of the model."""


class Feedback(enum.StrEnum):
    """A thumb that the person in the chat gave an answer."""

    UP = "up"
    DOWN = "down"


class MessageFacts(Struct, frozen=True):
    """What an operator reads of one exchange. The answer has them; the question has the id."""

    exchange_id: str = ""
    """The server's id of the question and its answer together; empty where it names each."""
    labels: tuple[SafeText, ...] = ()
    """On one line each, in the order of the server, none twice."""
    frustration: SafeText = SafeText("")
    """What the server noticed; empty for none."""
    feedback: Feedback | None = None
    comment: SafeText = SafeText("")
    """What the person wrote with the thumb, or without one."""
    total_tokens: int | None = None
    finish_reason: SafeText = SafeText("")
    """As the server spells it: `stop`, `length`, others; empty when it does not say."""
    error: SafeText = SafeText("")
    """Why the server could not answer; empty when it tells of no failure."""
    pending_tasks: int = 0
    """How much the server still does in the background."""
    without_source: bool | None = None
    """Answered with no source by a bot that shows its sources; `None` when that is not known."""

    @property
    def is_cut(self) -> bool:
        """The model's limit ended the answer."""
        return self.finish_reason.lower() == CUT_REASON


class SourceStatus(enum.StrEnum):
    """How far a bot has taken in a source."""

    AWAITED = "awaited"
    READY = "ready"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """The server says something else, or nothing."""


class BotSource(Struct, frozen=True):
    """Something that a bot answers from."""

    id: str
    title: SafeText
    """On one line; of a question with its answer, the question."""
    kind: SafeText
    """As the server spells it: `qa`, `link`, `upload`, others."""
    status: SourceStatus
    reason: SafeText = SafeText("")
    """Why it failed; empty where the server does not say."""
    link: SafeText = SafeText("")
    """A web address; empty for none."""
    created_at: datetime | None = None
    """Aware, UTC; `None` when the server does not say."""


class SessionFacts(Struct, frozen=True):
    """What an operator reads of one session."""

    lead: tuple[tuple[SafeText, SafeText], ...] = ()
    """The form that the person filled in: key and value of each field, in the server's order.

    Personal data: shown masked until somebody asks for it.
    """
    auth_data: JsonValue = None
    """Who the site says the person is, in whatever shape it says so. Personal data too."""
    message_count: int | None = None
    """Questions and answers; `None` until the history was read, where the server does not say."""
    last_question: SafeText = SafeText("")
    """On one line; empty until the history was read."""
    labels: tuple[SafeText, ...] = ()
    """Those of its messages, none twice."""
