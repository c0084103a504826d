"""Heading of a message: who speaks, since when, and what is to be known of it."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content

from tui.formatting.speakers import SPEAKERS
from tui.formatting.times import clock_time
from tui.model import Message, MessageStatus, Role
from tui.ui.cells import cut

MOST_NAME_CELLS = 40

_STATUS_WORDS = {
    MessageStatus.STORED: "",
    MessageStatus.STREAMING: "",
    MessageStatus.PARTIAL: "incomplete",
    MessageStatus.UNCONFIRMED: "not confirmed by the server",
    MessageStatus.UNSENT: "not sent",
}


def heading_of(message: Message, bot_name: str, now: datetime, *, is_picked: bool) -> Content:
    """Return the line above a message; `bot_name` is for answers that do not tell theirs.

    It may be empty.
    """
    speaker = SPEAKERS[message.role]
    name = speaker.label
    if message.role is Role.ASSISTANT:
        asked = message.origin.bot_name if message.origin is not None else ""
        name = cut(asked or bot_name or name, MOST_NAME_CELLS)
    # an answer of which nothing came is not incomplete: its failure says what it is
    status = _STATUS_WORDS[message.status] if message.parts else ""
    words = [word for word in (clock_time(message.sent_at, now), status) if word]
    colour = "$primary" if message.role is Role.USER else "$secondary"
    return Content.assemble(
        (speaker.sign, f"bold {colour}"),
        " ",
        (name, "bold"),
        ("  ▣ marked" if is_picked else "", "bold $text-accent"),
        ("  " + " · ".join(words) if words else "", "$foreground-muted"),
    )
