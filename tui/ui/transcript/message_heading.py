"""Heading of a message: who speaks, since when, and what is to be known of it."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content

from tui.conversation import Conversation
from tui.formatting.speakers import SPEAKERS, label_of
from tui.formatting.times import clock_time
from tui.model import Message, MessageStatus, Role
from tui.safe_text import clean_line
from tui.store import ExchangeMarks
from tui.ui.cells import cut

MOST_NAME_CELLS = 40

_STATUS_WORDS = {
    MessageStatus.STORED: "",
    MessageStatus.STREAMING: "",
    MessageStatus.PARTIAL: "incomplete",
    MessageStatus.UNCONFIRMED: "not confirmed by the server",
    MessageStatus.UNSENT: "not sent",
}


def bot_name_of(conversation: Conversation | None) -> str:
    """Return what answers that do not tell it come from; empty when that is not known."""
    return conversation.names.bot_name if conversation is not None else ""


def is_of_customers(conversation: Conversation | None) -> bool:
    """Say whether a session is held with customers of a bot, not with who reads it."""
    return conversation is not None and conversation.names.of_customers


def marks_of(conversation: Conversation | None, message: Message) -> str:
    """Return what a person noted about the exchange of a message, on one line."""
    if conversation is None or not conversation.names.marks.exchanges:
        return ""
    return _marks_line(conversation.names.marks.exchange(message.id))


def _marks_line(marks: ExchangeMarks) -> str:
    words = [
        "• unread" if marks.is_unread else "",
        "⚑ flagged" if marks.is_flagged else "",
        *(f"#{tag}" for tag in marks.tags),
        f"“{clean_line(marks.note)}”" if marks.note else "",
    ]
    return " ".join(filter(None, words))


def heading_of(
    message: Message,
    bot_name: str,
    now: datetime,
    *,
    is_picked: bool,
    of_customers: bool = False,
    marked: str = "",
) -> Content:
    """Return the line above a message; `bot_name` is for answers that do not tell theirs.

    Both it and `marked`, what a person noted about the exchange, may be empty.
    """
    speaker = SPEAKERS[message.role]
    name = cut(label_of(message, of_customers=of_customers, bot_name=bot_name), MOST_NAME_CELLS)
    # an answer of which nothing came is not incomplete: its failure says what it is
    status = _STATUS_WORDS[message.status] if message.parts else ""
    words = [word for word in (clock_time(message.sent_at, now), status) if word]
    colour = "$primary" if message.role is Role.USER else "$secondary"
    return Content.assemble(
        (speaker.sign, f"bold {colour}"),
        " ",
        (name, "bold"),
        ("  ▣ marked" if is_picked else "", "bold $text-accent"),
        (f"  {marked}" if marked else "", "$text-primary"),
        ("  " + " · ".join(words) if words else "", "$foreground-muted"),
    )
