"""Bot choice of a person, kept in the store: it stands until something else is configured."""

from __future__ import annotations

from collections.abc import Container

from tui.store import AccountStore, Chosen, in_force


class BotChoice:
    """`configured` is the bot that the profile names, empty for none."""

    def __init__(self, store: AccountStore, configured: str) -> None:
        self._store = store
        self.configured = configured

    async def recalled(self, offered: Container[str] | None = None) -> str:
        """Return the bot that was picked at an earlier start, empty for none.

        Empty too when it is not among those `offered`, or the profile names another than then.
        """
        bot_id = in_force((await self._store.choices.all()).bot, self.configured)
        return bot_id if offered is None or bot_id in offered else ""

    def keep(self, bot_id: str) -> None:
        """Keep a bot that was picked for the next starts."""
        is_configured = bot_id == self.configured
        self._store.choices.choose_bot(None if is_configured else Chosen(bot_id, self.configured))
