"""Next steps with a message that is not as it should be, told with their keys."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from tui.backends.base import Backend
from tui.model import Failure, Message, Remedy, Role


class NextKeys(Struct, frozen=True):
    """What to do about a message: a sentence, and a line of keys; empty where there is nothing."""

    hint: str = ""
    keys: str = ""
    more: str = ""
    """Goes on behind the keys where their line has room."""


def next_keys(
    message: Message,
    backend: Backend | None,
    key_of: Callable[[str], str],
    *,
    is_there: Callable[[str], bool] = lambda _: True,
    offers_tape: bool = False,
) -> NextKeys:
    """Return what helps with a message; `key_of` tells the key of an action id.

    What `is_there` denies is not told.
    """
    if message.failure is not None:
        words = [("read.retry", "retry"), ("read.edit", "edit")]
        if offers_whole(message, backend):
            words.append(("read.whole", "retry without streaming"))
        words.append(("read.inspect", "details"))
        keys = " · ".join(
            f"{key_of(action_id)} {does}" for action_id, does in words if is_there(action_id)
        )
        hint = hint_of(message.failure, key_of)
        more = f" · {key_of('read.tape')} save a tape of this" if offers_tape else ""
        return NextKeys(hint, f"{key_of('chat.previous')}, then {keys}", more)
    is_silent = message.role is Role.ASSISTANT and not message.text
    if is_silent and backend is not None and backend.capabilities.operators:
        reload = key_of("chat.reread")
        return NextKeys(keys=f"{reload} reloads; Runnel also looks by itself while this is open.")
    return NextKeys()


def hint_of(failure: Failure, key_of: Callable[[str], str]) -> str:
    """Return the hint of a failure with the key that helps, empty where there is neither."""
    reload, hint = key_of("chat.reread"), failure.hint
    match failure.remedy:
        case Remedy.SHOW_WHOLE:
            return f"{hint} {reload} shows the whole answer.".lstrip()
        case Remedy.READ_AGAIN:
            return f"{reload} reloads" + (f": {hint[0].lower()}{hint[1:]}" if hint else ".")
        case Remedy.CHOOSE_BOT:
            return f"{key_of('chat.bot')} lists them. {hint}".rstrip()
        case _:
            return hint


def offers_whole(message: Message, backend: Backend | None) -> bool:
    """Say whether this is an answer that may come whole when it is not streamed."""
    return (
        backend is not None
        and backend.whole_answers is not None
        and message.role is Role.ASSISTANT
        and message.failure is not None
        and message.failure.exit_code == 1
    )
