"""Source of profiles: those that a person can be in, how one is opened, and what adds others."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from tui.conversation import Connection
    from tui.model import Profile
    from tui.settings.servers import ServerAdding


class ProfileSource(Struct, frozen=True):
    connect: Callable[[str], Awaitable[Connection]]
    """Opens the connection of a profile by its name, of the first one when it is empty."""
    profiles: Sequence[Profile]
    """May be filled until the first one is open, and with what is added."""
    first_name: str
    adding: Callable[[], ServerAdding] | None = None
    """Returns what adds servers; `None` where nobody can."""
