"""Operators who take over a session: the bot falls silent, a person writes later."""

from __future__ import annotations

import asyncio
import re
from functools import partial

from tui.server.scripted.scripts import Act, OngoingAnswer, Script, is_scripted
from tui.server.scripted.world import ScriptedExchange

OPERATOR_S = 8.0
"""How long after the silence of the bot the person has written."""
OPERATOR_SAYS = (
    "Hello, this is Ada from the front desk. I have taken over from the bot and read what you "
    "wrote. Give me a moment to look into it."
)
_WORD = re.compile(r"\boperators?\b", re.IGNORECASE)


def calls_operator(question: str) -> bool:
    """Say whether `question` has the word that brings a person, and none that chooses a script."""
    return _WORD.search(question) is not None and not is_scripted(question)


def silence(exchange: ScriptedExchange, pace: float) -> Script:
    """Return the bot's empty answer in `exchange`; its end lets the person begin to write."""

    async def hand_over(answer: OngoingAnswer) -> None:
        # the empty answer is stored first, or it would take the place of the person's
        answer.finish()
        write = partial(answer.world.settle, answer.chat, exchange, OPERATOR_SAYS)
        asyncio.get_running_loop().call_later(OPERATOR_S * pace, write)

    return Script((Act(hand_over),))
