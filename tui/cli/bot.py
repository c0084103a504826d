"""Chatbots or models that a command needs."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from tui.errors import BadInput, NotFound, RunnelError
from tui.formatting.nearest import did_you_mean
from tui.model import Bot
from tui.safe_text import clean_line

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


async def bots_named(connection: Connection, names: Sequence[str]) -> tuple[Bot, ...]:
    """Return the bots of these ids or names, each once; without any that of the profile.

    Raises:
        BadInput: a person must choose.
        NotFound: there is none of a name.
    """
    if not names:
        await settle_bot(connection)
        if connection.bot_id not in connection.bots:
            # the profile tells its id alone; without a name it can be asked too
            with suppress(RunnelError):
                await connection.read_bots()
        bot = connection.bots.get(connection.bot_id)
        return (bot or Bot(connection.bot_id, clean_line(connection.bot_id)),)
    await connection.read_bots()
    bots = connection.bots
    by_name = {each.name.casefold(): each for each in bots.values()}
    found = []
    for name in names:
        bot = bots.get(name) or by_name.get(name.casefold())
        if bot is None:
            noun = connection.backend.capabilities.bot_noun
            near = did_you_mean(name, [*bots, *(each.name for each in bots.values())])
            known = ", ".join(each.name for each in bots.values())
            end = near or "."
            raise NotFound(
                f"There is no {noun} '{clean_line(name)}'{end}", hint=f"There are: {known}."
            )
        found.append(bot)
    return tuple(dict.fromkeys(found))
