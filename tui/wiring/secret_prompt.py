"""Prompt for the secret of a profile: what is saved is tried first, then a person is asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar

from tui.conversation.account import Account
from tui.errors import AccessRefused, SecretDeclined
from tui.settings import AskSecret, SavedSecret

T = TypeVar("T")


class SecretPrompt:
    """Unlocks the backend of a profile, as `Unlock` has it.

    With `reads_saved` what is saved is tried first. `account` is `None` where nothing is to be had
    without the secret. Else, when a bot is known and nothing is saved, a person who declined is
    left in peace, at the next starts too, but for what is vital.
    """

    def __init__(
        self,
        ask: AskSecret,
        name: str,
        noun: str,
        saved: SavedSecret,
        account: Callable[[], Account] | None,
        *,
        reads_saved: bool,
    ) -> None:
        self._ask = ask
        self._name = name
        self._noun = noun
        self._saved = saved
        self._account = account
        self._reads_saved = reads_saved

    async def __call__(
        self, attempt: Callable[[str], Awaitable[T]], /, *, vital: bool = False
    ) -> T:
        secret = await self._saved.load() if self._reads_saved else ""
        if secret:
            # it may have been changed at the server
            with suppress(AccessRefused):
                return await attempt(secret)
        asking = partial(self._ask, self._name, self._noun, attempt, self._saved)
        if self._account is None or secret:
            # who had one wants it
            return await asking()
        account = self._account()
        choices = await account.store.choices.all()
        knows_bot = bool(account.bot_id or choices.bot)
        if choices.goes_without_key and knows_bot and not vital:
            raise SecretDeclined(f"This profile has no {self._noun}.", was_asked=False)
        try:
            told = await asking()
        except SecretDeclined:
            account.store.choices.go_without_key(True)
            raise
        account.store.choices.go_without_key(False)
        return told
