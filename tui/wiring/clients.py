"""HTTP clients of the profiles: each by the way to its server that the settings tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from tui.backends.http.address import is_exposed
from tui.backends.http.client import WrapTransport, build_client
from tui.backends.http.credentials import KnownSecrets
from tui.errors import SettingsError
from tui.model import Profile
from tui.settings import ProfileSettings, Settings
from tui.settings.sealed import Sealed
from tui.tapes.wire import Wire

if TYPE_CHECKING:
    from httpx import AsyncClient

GATHERING_S = 0.03
"""Nobody sees the pieces of an answer apart that come within this time."""


class NetworkSettings(Struct, frozen=True):
    """Way to a server as far as the settings tell it; empty where they leave it to others."""

    proxy: Sealed
    """May hold a password."""
    ca_file: str


class Clients(Struct, frozen=True):
    """Makes clients, each to be closed by whoever asked for it."""

    common: Settings
    """What holds of every profile that says nothing else."""
    known_secrets: KnownSecrets
    wrap_transport: WrapTransport | None
    """Is put around the transport of every client."""

    def network_of(self, own: ProfileSettings) -> NetworkSettings:
        """Return what of the settings leads to the server of a profile."""
        return NetworkSettings(own.proxy or self.common.proxy, own.ca_file or self.common.ca_file)

    def make(
        self, profile: Profile, settings: ProfileSettings, wire: Wire | None = None
    ) -> AsyncClient:
        """Return a new client, which tells `wire` of its calls.

        Raises:
            BadInput: its proxy or certificates cannot be used.
            SettingsError: secrets would go to another machine over plain HTTP.
        """
        if is_exposed(profile.base_url) and not settings.plain_http:
            raise SettingsError(
                f"The profile '{profile.name}' would send its secrets unprotected to "
                f"{profile.base_url}.",
                hint="Let base_url begin with https://, or set plain_http = true in this profile.",
            )
        network = self.network_of(settings)
        return build_client(
            profile.base_url,
            proxy=network.proxy.reveal(),
            ca_file=network.ca_file,
            gathering_s=GATHERING_S,
            known_secrets=self.known_secrets,
            wrap_transport=self.wrap_transport,
            wire=wire,
        )
