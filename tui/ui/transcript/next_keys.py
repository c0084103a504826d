"""Keys that help with a message that is not as it should be."""

from __future__ import annotations

from collections.abc import Callable

from tui.backends.base import Backend
from tui.model import Message, Remedy, Role

REMEDIES = {
    Remedy.SHOW_WHOLE: ("chat.reread", "shows the whole answer"),
    Remedy.READ_AGAIN: ("chat.reread", "reads again"),
}
"""Remedy -> the action that is it, and what that does."""


def next_keys(message: Message, backend: Backend | None, key_of: Callable[[str], str]) -> str:
    """Return one line about the keys, empty for a message as it should be.

    `key_of` tells the key of an action id.
    """
    if message.failure is not None:
        words = [("chat.previous", "selects"), ("read.retry", "retries")]
        if message.failure.remedy is not None:
            words.insert(0, REMEDIES[message.failure.remedy])
        if offers_whole(message, backend):
            words.append(("read.whole", "asks again without streaming"))
        words += [("read.edit", "edits and resends"), ("read.inspect", "inspects")]
        return " · ".join(f"{key_of(action_id)} {does}" for action_id, does in words)
    is_silent = message.role is Role.ASSISTANT and not message.text
    if is_silent and backend is not None and backend.capabilities.operators:
        return f"{key_of('chat.reread')} reads again; while this is open it is also read by itself."
    return ""


def offers_whole(message: Message, backend: Backend | None) -> bool:
    """Say whether this is an answer that may come whole when it is not streamed."""
    return (
        backend is not None
        and backend.whole_answers is not None
        and message.role is Role.ASSISTANT
        and message.failure is not None
        and message.failure.exit_code == 1
    )
