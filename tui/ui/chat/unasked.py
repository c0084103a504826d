"""Typing into a picker that opened by itself: what was meant for the chat gets there."""

from __future__ import annotations

from tui.formatting.plain_text import on_own_lines
from tui.ui.chat.context import ChatContext
from tui.ui.dialogs.pick import Value
from tui.ui.dialogs.unasked_pick import UnaskedPick


async def hand_back(context: ChatContext, closed: UnaskedPick[Value]) -> None:
    """Write in the composer what was typed into a picker by mistake, and do what its key does."""
    if typed := closed.typed.strip("\n"):
        context.composer.put(on_own_lines(context.composer.whole_text, typed))
    chat = context.composer.screen
    bound = chat.active_bindings.get(closed.key)
    if bound is not None and bound.enabled:
        await chat.app.run_action(bound.binding.action, bound.node)
