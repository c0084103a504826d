"""List reading: how far the server's list of sessions has come, as an empty list tells it."""

from __future__ import annotations

import enum
from collections.abc import Callable

from tui.errors import AccessRefused, RateLimited, RunnelError, SecretDeclined, Unreachable


class ListReading(enum.Enum):
    """How far it has come."""

    UNDER_WAY = enum.auto()
    DONE = enum.auto()
    STOPPED = enum.auto()
    UNREACHABLE = enum.auto()
    BUSY = enum.auto()
    """The server has no room for more calls."""
    FAILED = enum.auto()
    SIGNED_OUT = enum.auto()
    WITHOUT_KEY = enum.auto()
    """A person did not want to tell one."""
    KEY_REJECTED = enum.auto()
    NO_BOT = enum.auto()
    """Which list it is depends on the bot, and none is chosen."""

    @classmethod
    def of(cls, error: RunnelError, *, signs_in: bool) -> ListReading:
        """Return how a reading ended; with `signs_in` a person signs in, with no key of theirs."""
        match error:
            case SecretDeclined() if not signs_in:
                return cls.WITHOUT_KEY
            case AccessRefused():
                return cls.SIGNED_OUT if signs_in else cls.KEY_REJECTED
            case Unreachable():
                return cls.UNREACHABLE
            case RateLimited():
                return cls.BUSY
            case _:
                return cls.FAILED


def empty_words(reading: ListReading, key_of: Callable[[str], str], bot_noun: str) -> str:
    """Return what stands where there is no session, with the key to press."""
    reload = key_of("chat.reread")
    match reading:
        case ListReading.UNDER_WAY:
            return "Reading your sessions … You can type already."
        case ListReading.STOPPED:
            return f"Not read: you stopped it. {reload} reads the list."
        case ListReading.UNREACHABLE:
            return f"Cannot reach the server. {reload} tries again."
        case ListReading.BUSY:
            return f"The server allows no more calls now. {reload} tries again."
        case ListReading.FAILED:
            return f"The list could not be loaded. {reload} tries again."
        case ListReading.SIGNED_OUT:
            return f"Not signed in. {reload} signs in."
        case ListReading.WITHOUT_KEY:
            return f"The list needs the API key. {reload} asks for it."
        case ListReading.KEY_REJECTED:
            return f"The server rejected this API key. {key_of('app.profile')} shows the profiles."
        case ListReading.NO_BOT:
            return f"No {bot_noun} chosen yet. Press {key_of('chat.bot')}."
        case ListReading.DONE:
            return "No sessions yet. Start typing."
