"""Chips of a message: the operator's facts in a word or two each."""

from __future__ import annotations

import enum
from collections.abc import Iterator

from msgspec import Struct

from tui.facts import Feedback, MessageFacts
from tui.formatting.counts import counted
from tui.model import Message, MessageStatus
from tui.safe_text import SafeText, clean_line

MAX_WORDS_CHARS = 60
"""Of what a person or the server said: the rest is where all facts are shown."""


class Tone(enum.Enum):
    """Whether a fact calls for a look; the words say it too."""

    PLAIN = enum.auto()
    GOOD = enum.auto()
    TROUBLE = enum.auto()


class Chip(Struct, frozen=True):
    text: SafeText
    tone: Tone = Tone.PLAIN


_THUMBS = {
    Feedback.UP: Chip(SafeText("👍"), Tone.GOOD),
    Feedback.DOWN: Chip(SafeText("👎"), Tone.TROUBLE),
}
_CUT = Chip(SafeText("cut"), Tone.TROUBLE)
_NO_SOURCE = Chip(SafeText("no source"))
"""Plain, for it is said of many answers, thanks and greetings among them."""


def chips_of(message: Message) -> tuple[Chip, ...]:
    """Return what an operator is told of a message, trouble first; nothing while it comes."""
    if message.facts is None or message.status is MessageStatus.STREAMING:
        return ()
    return tuple(_chips(message.facts))


def _chips(facts: MessageFacts) -> Iterator[Chip]:
    if facts.is_cut:
        yield _CUT
    if facts.without_source:
        yield _NO_SOURCE
    thumb = _THUMBS.get(facts.feedback) if facts.feedback else None
    if thumb is not None or facts.comment:
        sign, tone = (thumb.text, thumb.tone) if thumb is not None else ("", Tone.PLAIN)
        comment = f"“{clean_line(facts.comment, MAX_WORDS_CHARS)}”" if facts.comment else ""
        yield Chip(SafeText(f"{sign} {comment}".strip()), tone)
    if facts.frustration:
        words = clean_line(facts.frustration, MAX_WORDS_CHARS)
        yield Chip(SafeText(f"frustrated: {words}"), Tone.TROUBLE)
    if facts.pending_tasks:
        yield Chip(SafeText(f"{counted(facts.pending_tasks, 'task')} pending"))
    for label in facts.labels:
        yield Chip(SafeText(f"[{label}]"))
