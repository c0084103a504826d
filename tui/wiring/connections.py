"""Connections of the profiles in the settings, made when they are first asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tui.apis import APIS, Access
from tui.backends.http.address import is_exposed, normalise_base_url
from tui.backends.http.client import WrapTransport, build_client
from tui.backends.http.credentials import KnownSecrets
from tui.conversation import Connection
from tui.errors import AccessRefused, BadInput, SettingsError
from tui.model import Profile
from tui.safe_text import clean_line
from tui.settings import (
    EMBEDDED_PROFILES,
    AskSecret,
    ProfileSettings,
    ReadSecret,
    SavedSecret,
    Secret,
    Settings,
    did_you_mean,
    missing_secret,
    secret_reader,
)
from tui.store import MemoryStore, Store
from tui.store.session_ids import SESSION_IDS_FILE, SessionIdFile

if TYPE_CHECKING:
    from httpx import AsyncClient

    from tui.server import EmbeddedServer


T = TypeVar("T")


GATHERING_S = 0.03
"""Nobody sees the pieces of an answer apart that come within this time."""


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """Way to a server as far as the settings tell it; empty where they leave it to others."""

    proxy: str = field(repr=False)
    """May hold a password."""
    ca_file: str


class Wiring:
    """Everything that one start of Runnel works with; close it when done.

    `profile` is the one asked for on the command line, empty for none. With `demo`, or when no
    profile is configured, there is one profile per API on the embedded server: `server`, else one
    made for it, started by the first connection. `wrap_transport` is put around the transport of
    every client. A secret that the settings do not hold is looked for in the keyring of the system
    with `use_keyring`, then `ask_secret` asks a person for it: for passwords, and with
    `asks_tokens` for tokens, which a profile may well do without. Sign-ins and the
    ids of listed sessions are kept in `state_folder` until the next start; `None` keeps none.
    Every secret that is met is added to `known_secrets`.

    Raises:
        BadInput: there is no such profile.
        SettingsError: the address of a profile cannot be used.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        profile: str = "",
        demo: bool = False,
        wrap_transport: WrapTransport | None = None,
        server: EmbeddedServer | None = None,
        ask_secret: AskSecret | None = None,
        asks_tokens: bool = False,
        state_folder: Path | None = None,
        use_keyring: bool = False,
        known_secrets: KnownSecrets | None = None,
    ) -> None:
        self.embedded = demo or not settings.profiles
        self._common = settings
        self._settings = {} if self.embedded else dict(settings.profiles)
        self._wrap_transport = wrap_transport
        self._server = server
        self._ask_secret = ask_secret
        self._asks_tokens = asks_tokens
        self._use_keyring = use_keyring
        self._known_secrets = known_secrets
        self._state_folder = state_folder
        self._session_ids: SessionIdFile | None = None
        if state_folder is not None and not self.embedded:
            self._session_ids = SessionIdFile(state_folder / SESSION_IDS_FILE)
        self._connections: dict[str, Connection] = {}
        self._store: Store = MemoryStore()
        self._connecting = asyncio.Lock()
        if self.embedded:
            profiles = [Profile(*names, "", embedded=True) for names in EMBEDDED_PROFILES.items()]
        else:
            profiles = [_profile(name, each) for name, each in settings.profiles.items()]
        self._profiles = {each.name: each for each in profiles}
        self.first_profile = profile or settings.default_profile
        if profile:
            self._known(profile)
        elif self.first_profile not in self._profiles:
            self.first_profile = profiles[0].name

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """The profiles in the order of the configuration; an embedded one has no address yet."""
        return tuple(self._profiles.values())

    async def connect(self, name: str) -> Connection:
        """Return the one connection of a profile, so that what streams in it goes on.

        Raises:
            BadInput: there is no such profile, or its proxy or certificates cannot be used.
            SettingsError: secrets would go to another machine over plain HTTP.
        """
        profile = self._known(name)
        # two callers at once get the same connection, and one server
        async with self._connecting:
            if name not in self._connections:
                if profile.embedded:
                    profile = await self._start_server(profile)
                # in a thread: it imports, and reads certificates, for longer than a key may wait
                self._connections[name] = await asyncio.to_thread(self._open, profile)
            return self._connections[name]

    def saved_secret(self, name: str) -> SavedSecret:
        """Return the place in the keyring for the secret of a configured profile."""
        profile, settings = self._known(name), self._settings[name]
        return SavedSecret(profile.base_url, settings.account or name)

    def configured_secret(self, name: str) -> Secret:
        """Return the secret of a configured profile as the settings hold it."""
        return self._settings[self._known(name).name].secret

    def forget_sessions(self, name: str) -> None:
        """Let the shell complete no session of a profile any more."""
        if self._session_ids is not None:
            self._session_ids.forget(name)

    async def aclose(self) -> None:
        """Note the sessions that were listed, close the connections, end the embedded server."""
        connections = list(self._connections.values())
        for connection in connections:
            listed = connection.known_sessions()
            if self._session_ids is not None and listed:
                self._session_ids.save(connection.profile.name, listed)
        self._connections.clear()
        try:
            for connection in connections:
                await connection.aclose()
            await self._store.aclose()
        finally:
            if self._server is not None:
                await asyncio.to_thread(self._server.stop)

    def _known(self, name: str) -> Profile:
        if name not in self._profiles:
            raise BadInput(
                f"There is no profile '{clean_line(name)}'"
                f"{did_you_mean(name, self._profiles) or '.'}",
                hint=f"Profiles: {', '.join(self._profiles)}.",
            )
        return self._profiles[name]

    async def _start_server(self, profile: Profile) -> Profile:
        """Return the embedded `profile` with the address it has once the server runs."""
        from tui.server import EmbeddedServer

        if self._server is None:
            self._server = EmbeddedServer(busy=True)
        await asyncio.to_thread(self._server.start)
        profile = replace(profile, base_url=self._server.url)
        self._profiles[profile.name] = profile
        demo = APIS[profile.api].demo
        assert demo is not None
        self._settings[profile.name] = demo(profile.base_url)
        return profile

    def _open(self, profile: Profile) -> Connection:
        name, settings = profile.name, self._settings[profile.name]
        client = self.client(name)
        secret = settings.secret
        configured = secret_reader(name, secret.key, secret.value, secret.command)
        unlock = None
        if configured is None and self._ask_secret is not None:
            unlock = partial(self._unlock, self._ask_secret, name, secret.key)
        access = Access(
            client,
            profile.base_url,
            configured or self._sought(name, secret),
            unlock,
            # what the embedded server knows of a sign-in ends with it
            None if profile.embedded else self._state_folder,
            self._known_secrets,
        )
        backend = APIS[profile.api].make(access, settings)
        return Connection(profile, backend, self._store, settings.bot)

    def network_settings(self, name: str) -> NetworkSettings:
        """Return what of the settings leads to the server of a profile."""
        own, common = self._settings[name], self._common
        proxy = own.proxy or common.proxy
        return NetworkSettings(proxy.get_secret_value(), own.ca_file or common.ca_file)

    def client(self, name: str) -> AsyncClient:
        """Return a new client for the server of a profile, to be closed by whoever asked for it.

        Raises:
            BadInput: there is no such profile, or its proxy or certificates cannot be used.
            SettingsError: secrets would go to another machine over plain HTTP.
        """
        profile, settings = self._known(name), self._settings[name]
        if is_exposed(profile.base_url) and not settings.plain_http:
            raise SettingsError(
                f"The profile '{profile.name}' would send its secrets unprotected to "
                f"{profile.base_url}.",
                hint="Let base_url begin with https://, or set plain_http = true in this profile.",
            )
        network = self.network_settings(name)
        return build_client(
            profile.base_url,
            proxy=network.proxy,
            ca_file=network.ca_file,
            gathering_s=GATHERING_S,
            known_secrets=self._known_secrets,
            wrap_transport=self._wrap_transport,
        )

    async def _unlock(
        self, ask: AskSecret, name: str, key: str, attempt: Callable[[str], Awaitable[T]]
    ) -> T:
        """Try what is in the keyring, and then what a person tells."""
        if self._use_keyring and (secret := await self.saved_secret(name).load()):
            # it may have been changed at the server
            with suppress(AccessRefused):
                return await attempt(secret)
        return await ask(name, key, attempt)

    def _sought(self, name: str, secret: Secret) -> ReadSecret | None:
        """Return what gives a secret that is not in the settings, `None` when nothing can."""
        asked: ReadSecret | None = None
        if self._ask_secret is not None and (secret.is_needed or self._asks_tokens):
            asked = partial(self._ask_secret, name, secret.key, _as_it_is)
        elif secret.is_needed:
            asked = missing_secret(name, secret.key)
        return self.saved_secret(name).reader(asked) if self._use_keyring else asked


async def _as_it_is(secret: str) -> str:
    return secret


def _profile(name: str, settings: ProfileSettings) -> Profile:
    try:
        base_url = normalise_base_url(settings.address)
    except BadInput as error:
        raise SettingsError(
            f"base_url of the profile '{name}' cannot be used: {error.sentence}", hint=error.hint
        ) from None
    return Profile(name, settings.api, base_url, account=settings.account)
