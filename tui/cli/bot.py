"""Chatbot or model that a command needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.errors import BadInput

if TYPE_CHECKING:
    from tui.conversation import Connection

_MAX_SHOWN = 20


async def settle_bot(connection: Connection) -> None:
    """Settle the bot of `connection`.

    Raises:
        BadInput: a person must choose; the hint lists what there is.
    """
    if await connection.settle_bot():
        return
    noun = connection.backend.capabilities.bot_noun
    bots = connection.bots.values()
    if not bots:
        raise BadInput(f"The profile '{connection.profile.name}' has no {noun}.")
    choices = [f"{bot.id} ({bot.name})" if bot.name != bot.id else bot.id for bot in bots]
    if len(choices) > _MAX_SHOWN:
        choices[_MAX_SHOWN:] = [f"{len(choices) - _MAX_SHOWN} more"]
    raise BadInput(
        f"The profile '{connection.profile.name}' has {len(bots)} {noun}s and names none of them.",
        hint=f"Set {noun} in [profiles.{connection.profile.name}] to one of: {', '.join(choices)}.",
    )
