"""Digest of a history: what a session list tells of it without loading a message."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from tui.formatting.plain_line import plain_line
from tui.model import Message, MessageStatus, Role
from tui.safe_text import SafeText, clean_line

TITLE_CHARS = 80
PREVIEW_CHARS = 200


class Digest(Struct, frozen=True):
    """What a list tells of a history without loading it."""

    first_question: SafeText = SafeText("")
    """On one line, `TITLE_CHARS` at most; empty when nothing was asked."""
    last_answer: SafeText = SafeText("")
    """On one line, `PREVIEW_CHARS` at most; empty when nothing was answered."""
    is_unsent: bool = False
    """Questions were asked, and none of them reached the server."""
    last_question: SafeText = SafeText("")
    """On one line, `PREVIEW_CHARS` at most; empty when nothing was asked."""
    message_count: int | None = None
    """Questions and answers; `None` where no history is known."""
    labels: tuple[SafeText, ...] = ()
    """Those that the server gave its messages, none twice."""


def digest_of(messages: Sequence[Message]) -> Digest:
    """Return what a list tells of a history, given oldest first."""
    # a question is shown as it was written, an answer is Markdown
    first_question = _first_line(messages, Role.USER, TITLE_CHARS)
    last_answer = _first_line(reversed(messages), Role.ASSISTANT, PREVIEW_CHARS, plain_line)
    last_question = _first_line(reversed(messages), Role.USER, PREVIEW_CHARS)
    questions = (message for message in messages if message.role is Role.USER)
    is_unsent = all(question.status is MessageStatus.UNSENT for question in questions)
    labels = (label for each in messages if each.facts is not None for label in each.facts.labels)
    return Digest(
        first_question,
        last_answer,
        is_unsent and bool(first_question),
        last_question,
        sum(message.role is not Role.SYSTEM for message in messages) or None,
        tuple(dict.fromkeys(labels)),
    )


def _first_line(
    messages: Iterable[Message],
    role: Role,
    limit_chars: int,
    line_of: Callable[[str, int], SafeText] = clean_line,
) -> SafeText:
    for message in messages:
        if message.role is role and (line := line_of(message.text.strip(), limit_chars)):
            return line
    return SafeText("")
