"""Connections of the profiles in the settings, made when they are first asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from tui.apis import APIS, Access
from tui.backends.http.address import normalise_base_url
from tui.backends.http.client import WrapTransport
from tui.backends.http.credentials import KnownSecrets
from tui.conversation import Connection
from tui.conversation.account import account_key
from tui.errors import BadInput, SettingsError
from tui.formatting.nearest import did_you_mean
from tui.model import Profile
from tui.safe_text import clean_line
from tui.settings import (
    EMBEDDED_PROFILES,
    SECRETS_FILE,
    AskSecret,
    ProfileSettings,
    SavedSecret,
    Secret,
    SecretFile,
    Settings,
    missing_secret,
    secret_reader,
)
from tui.store.session_ids import SESSION_IDS_FILE, SessionIdFile
from tui.tapes.wire import Wire, WireLog
from tui.values import replace
from tui.wiring.clients import Clients, NetworkSettings
from tui.wiring.secret_prompt import SecretPrompt
from tui.wiring.stores import KEEP_NONE, ProfileStores

if TYPE_CHECKING:
    from httpx import AsyncClient

    from tui.backends.base import Backend
    from tui.server import EmbeddedServer


class Wiring:
    """Everything that one start of Runnel works with; close it when done.

    `profile` is the one asked for on the command line, empty for none. With `demo`, or when no
    profile is configured, there is one profile per API on the embedded server: `server`, else one
    made for it, started by the first connection. `wrap_transport` is put around the transport of
    every client. A secret that the settings do not hold is one that was saved; else `ask_secret`
    asks a person for it where the server wants one. Sign-ins, secrets and the ids of listed
    sessions are kept in `state_folder` until the next start; `None` keeps none. With `afresh`
    neither a saved secret nor a kept sign-in counts. Every secret that is met is added to
    `known_secrets`. Sessions, drafts and what a person chooses are kept in `data_folder`; with
    `None` all of it ends with the program. `on_trouble` is called, in any thread, with a sentence
    when something cannot be kept.

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
        state_folder: Path | None = None,
        afresh: bool = False,
        known_secrets: KnownSecrets | None = None,
        data_folder: Path | None = None,
        on_trouble: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.embedded = demo or not settings.profiles
        self._common = settings
        self._settings: dict[str, ProfileSettings] = (
            {} if self.embedded else dict(settings.profiles)
        )
        self._server = server
        self._ask_secret = ask_secret
        self._afresh = afresh
        self._known_secrets = known_secrets or KnownSecrets()
        self._clients = Clients(settings, self._known_secrets, wrap_transport)
        self._has_all_secrets = False
        self.state_folder = state_folder
        self._session_ids: SessionIdFile | None = None
        if state_folder is not None:
            self._session_ids = SessionIdFile(state_folder / SESSION_IDS_FILE)
        self._connections: dict[str, Connection] = {}
        self._wires = WeakKeyDictionary["Backend", Wire]()
        self._stores = ProfileStores(
            data_folder, state_folder, on_trouble, keeps_questions=settings.keep_questions
        )
        self._connecting = asyncio.Lock()
        self._profiles = {
            each.name: each for each in (_embedded() if self.embedded else _configured(settings))
        }
        self.first_profile = profile or settings.default_profile
        if profile:
            self._known(profile)
        elif self.first_profile not in self._profiles:
            self.first_profile = next(iter(self._profiles))

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

    async def open_trial(self, settings: ProfileSettings) -> Backend:
        """Return the backend of a profile that is not configured, to be closed or adopted.

        Raises:
            BadInput: its address, proxy or certificates cannot be used.
        """
        return await asyncio.to_thread(self._backend, _profile("new", settings), settings)

    async def open_client(self, settings: ProfileSettings) -> AsyncClient:
        """Return a client for the server of a profile that is not configured, to be closed.

        Raises:
            BadInput: its address, proxy or certificates cannot be used.
        """
        return await asyncio.to_thread(self._clients.make, _profile("new", settings), settings)

    def adopt(self, name: str, settings: ProfileSettings, backend: Backend) -> Profile:
        """Take in a profile that has been configured since the start, connected by `backend`."""
        profile = _profile(name, settings)
        self._profiles[name], self._settings[name] = profile, settings
        self._connections[name] = self._connection(profile, settings, backend)
        return profile

    def saved_secret(self, name: str) -> SavedSecret:
        """Return what is saved, or can be, of the secret of a configured profile."""
        return saved_secret(self._known(name), self._settings[name], self.state_folder)

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
            profile, listed = connection.profile, connection.known_sessions()
            keeps = not profile.embedded and self._settings[profile.name].keep != KEEP_NONE
            if self._session_ids is not None and keeps:
                self._session_ids.save(profile.name, listed, connection.deleted_ids)
        self._connections.clear()
        try:
            for connection in connections:
                await connection.aclose()
            await self._stores.aclose()
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
        demo_of = APIS[profile.api].demo
        assert demo_of is not None
        demo = demo_of(self._server.url)
        profile = replace(profile, base_url=self._server.url, starters=demo.starters)
        self._profiles[profile.name] = profile
        self._settings[profile.name] = demo.settings
        return profile

    def _open(self, profile: Profile) -> Connection:
        settings = self._settings[profile.name]
        backend = self._backend(profile, settings)
        return self._connection(profile, settings, backend)

    def _connection(
        self, profile: Profile, settings: ProfileSettings, backend: Backend
    ) -> Connection:
        apart_as = profile.name if self._is_told_apart_by_name(profile, settings) else ""
        key = account_key(profile, settings.bot, apart_as)
        if not key.owner:
            # an earlier Runnel kept it by that name
            self._stores.rename(account_key(profile, "", profile.name), key)
        return Connection(
            profile,
            backend,
            self._stores.of(profile, settings.keep),
            settings.bot,
            apart_as=apart_as,
            syncs=settings.sync,
            queries=self._common.queries,
            notifying=self._common.notifying,
            wire=self._wires.pop(backend),
            secret_forms=self._secret_forms,
        )

    def _secret_forms(self) -> frozenset[str]:
        """Return what to look for in a text that must not hold the secret of any profile."""
        if not self._has_all_secrets:
            self._has_all_secrets = True
            configured = (each.secret.value.reveal() for each in self._settings.values())
            self._known_secrets.add(*filter(None, configured))
        return self._known_secrets.forms

    def _is_told_apart_by_name(self, profile: Profile, settings: ProfileSettings) -> bool:
        """Say whether by all else it is the account of a profile that is configured before it."""
        key = account_key(profile, settings.bot)
        before = takewhile(lambda each: each.name != profile.name, self._profiles.values())
        return not key.owner and any(
            account_key(each, self._settings[each.name].bot) == key
            for each in before
            if not each.embedded
        )

    def _backend(self, profile: Profile, settings: ProfileSettings) -> Backend:
        wire = Wire(WireLog() if self._common.wire_log else None)
        client = self._clients.make(profile, settings, wire)
        backend = APIS[profile.api].make(self._access(profile, settings, client), settings)
        self._wires[backend] = wire
        return backend

    def _access(self, profile: Profile, settings: ProfileSettings, client: AsyncClient) -> Access:
        name, secret = profile.name, settings.secret
        read_secret = secret_reader(name, secret.key, secret.value, secret.command)
        unlock = None
        if read_secret is None:
            otherwise = missing_secret(name, secret.key, secret.noun) if secret.is_needed else None
            saved = saved_secret(profile, settings, self.state_folder)
            is_read = not self._afresh and not settings.ask_each_time
            read_secret = saved.reader(otherwise) if is_read else otherwise
            if self._ask_secret is not None:
                unlock = SecretPrompt(
                    self._ask_secret,
                    name,
                    secret.noun,
                    saved,
                    None if secret.is_needed else lambda: self._connections[name],
                    reads_saved=is_read,
                )
        # what the embedded server knows of a sign-in ends with it
        keeps = not (profile.embedded or self._afresh or settings.ask_each_time)
        return Access(
            client,
            profile.base_url,
            read_secret,
            unlock,
            self.state_folder if keeps else None,
            self._known_secrets,
        )

    def network_settings(self, name: str) -> NetworkSettings:
        """Return what of the settings leads to the server of a profile."""
        return self._clients.network_of(self._settings[name])

    def client(self, name: str) -> AsyncClient:
        """Return a new client for the server of a profile, to be closed by whoever asked for it.

        Raises:
            BadInput: there is no such profile, or its proxy or certificates cannot be used.
            SettingsError: secrets would go to another machine over plain HTTP.
        """
        return self._clients.make(self._known(name), self._settings[name])


def saved_secret(
    profile: Profile, settings: ProfileSettings, state_folder: Path | None
) -> SavedSecret:
    """Return what is saved, or can be, of the secret of a profile."""
    file = None if state_folder is None else SecretFile(state_folder / SECRETS_FILE)
    return SavedSecret(
        profile.base_url, settings.account or profile.name, file, settings.ask_each_time
    )


def _embedded() -> Iterable[Profile]:
    return [Profile(*names, "", embedded=True) for names in EMBEDDED_PROFILES.items()]


def _configured(settings: Settings) -> Iterable[Profile]:
    return [_profile(name, each) for name, each in settings.profiles.items()]


def _profile(name: str, settings: ProfileSettings) -> Profile:
    try:
        base_url = normalise_base_url(settings.address)
    except BadInput as error:
        raise SettingsError(
            f"base_url of the profile '{name}' cannot be used: {error.sentence}", hint=error.hint
        ) from None
    return Profile(name, settings.api, base_url, account=settings.account, web_url=settings.web_url)
