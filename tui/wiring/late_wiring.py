"""Wiring that is made when something is first to be connected, with the settings checked then.

Light to import, like the app over it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.settings.sources import ConfigSource
from tui.values import replace

if TYPE_CHECKING:
    from tui.backends.http.credentials import KnownSecrets
    from tui.model import Profile
    from tui.settings import AskSecret
    from tui.wiring.connections import Wiring


class LateWiring:
    """See `Wiring` for `profile`, `demo`, `ask_secret`, `known_secrets` and `on_trouble`.

    Without `has_accounts` a named profile is the only one, and nobody is asked for a secret.
    """

    def __init__(
        self,
        source: ConfigSource,
        *,
        profile: str,
        demo: bool,
        has_accounts: bool,
        ask_secret: AskSecret,
        known_secrets: KnownSecrets | None,
        on_trouble: Callable[[str], None],
    ) -> None:
        self._source = source
        self._profile = profile
        self._demo = demo
        self._has_accounts = has_accounts
        self._ask_secret = ask_secret
        self._known_secrets = known_secrets
        self._on_trouble = on_trouble
        self.wiring: Wiring | None = None
        """`None` until it is made."""
        self.profiles: list[Profile] = []
        """Filled when it is made; whoever adds a server adds its profile."""
        self.leaves_transcript = False
        """What was said last stays in the terminal when the app has ended."""

    def make(self) -> Wiring:
        """Check the settings and make it; in any thread.

        Raises:
            BadInput: there is no such profile.
            SettingsError: the settings cannot be used.
        """
        from tui.settings import checked_settings
        from tui.settings.values import TRANSCRIPT
        from tui.wiring.connections import Wiring

        settings = checked_settings(self._source)
        if self._profile in settings.profiles and not self._has_accounts:
            # the others are those of the host too
            only = {self._profile: settings.profiles[self._profile]}
            settings = replace(settings, profiles=only)
        self.leaves_transcript = settings.on_exit == TRANSCRIPT
        self.wiring = wiring = Wiring(
            settings,
            profile=self._profile,
            demo=self._demo,
            state_folder=self._source.state_folder,
            ask_secret=self._ask_secret if self._has_accounts else None,
            known_secrets=self._known_secrets,
            data_folder=self._source.data_folder,
            on_trouble=self._on_trouble,
        )
        self.profiles += wiring.profiles
        return wiring

    async def aclose(self) -> None:
        """Close it where it was made."""
        if self.wiring is not None:
            await self.wiring.aclose()
