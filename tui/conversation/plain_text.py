"""A session as plain text: as its server writes it, else in the same form from its messages."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from tui.backends.base import Backend
from tui.errors import NotOffered
from tui.model import Message, Role
from tui.safe_text import SafeText

_SPEAKERS = {Role.USER: "User", Role.ASSISTANT: "Assistant", Role.SYSTEM: "System"}


async def plain_text(backend: Backend, session_id: str) -> tuple[SafeText, bool]:
    """Return the text, empty when nobody has written yet, and whether the server wrote it.

    Raises:
        NotFound: no such session.
    """
    # a host may say only now that it does not offer it
    with suppress(NotOffered):
        if backend.plain_texts is not None:
            return await backend.plain_texts.plain_text(session_id), True
    return written_out(await backend.messages(session_id)), False


def written_out(messages: Iterable[Message]) -> SafeText:
    """Return what was said, `User: …` and `Assistant: …`, a blank line before each question."""
    told: list[str] = []
    for message in messages:
        if message.text:
            gap = "\n\n" if message.role is Role.USER else "\n"
            told.append(f"{gap if told else ''}{_SPEAKERS[message.role]}: {message.text}")
    return SafeText("".join(told))
