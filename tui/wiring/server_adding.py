"""Adding of servers: what a person tells of one is tried at once, and then written down."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress

from tui.backends.base import Backend
from tui.backends.http.address import is_exposed, normalise_base_url
from tui.backends.http.server_probe import probe_server
from tui.errors import BadInput, RunnelError, SettingsError, Unreachable
from tui.model import Bot, Profile
from tui.settings import ProfileSettings, SavedSecret, SecretPlace
from tui.settings.config_writing import ConfigChange, change_adding
from tui.settings.plain_reading import profile_from
from tui.settings.profiles import is_profile_name
from tui.settings.servers import (
    SERVER_KINDS,
    AddedServer,
    CheckedServer,
    NewServer,
    ServerAdding,
    ServerKind,
)
from tui.settings.sources import read_config, shown_path, tables
from tui.unexpected import in_our_words
from tui.wiring.connections import Wiring, saved_secret

CHECK_TIMEOUT_S = 20.0
SIGN_OUT_TIMEOUT_S = 1.0


class ServerTrials(ServerAdding):
    """Tries servers with the network settings of `wiring`, which takes in what is added.

    `added` hears of each new profile.
    """

    kinds = SERVER_KINDS

    def __init__(
        self,
        wiring: Callable[[], Awaitable[Wiring]],
        added: Callable[[Profile], None],
        *,
        timeout_s: float = CHECK_TIMEOUT_S,
    ) -> None:
        self._wiring = wiring
        self._added = added
        self._timeout_s = timeout_s
        self._backend: Backend | None = None
        """What was checked last and is not wanted yet."""

    async def base_url(self, kind: ServerKind, address: str) -> str:
        await self._wiring()
        base_url = kind.base_url or normalise_base_url(address)
        if is_exposed(base_url):
            raise BadInput(
                f"What you tell {base_url} could be read on its way.",
                hint="Begin the address with https://.",
            )
        return base_url

    async def reach(self, server: NewServer) -> None:
        wiring = await self._wiring()
        # who signs in is asked for next
        anybody = NewServer(server.kind, server.base_url, server.account or "anybody")
        with in_our_words():
            async with await wiring.open_client(_trial_settings(anybody, "")) as client:
                await probe_server(client, server.base_url)

    async def check(self, server: NewServer, secret: str) -> CheckedServer:
        await self.drop()
        wiring = await self._wiring()
        backend = await wiring.open_trial(_trial_settings(server, secret))
        # a person waits, and can press Enter again
        backend.traffic.is_patient = False
        try:
            async with asyncio.timeout(self._timeout_s):
                with in_our_words():
                    bots, preferred = await _asked(backend)
        except TimeoutError:
            await backend.aclose()
            raise Unreachable(
                f"{server.base_url} did not answer within {self._timeout_s:g} s.",
                hint="Enter tries again.",
            ) from None
        except BaseException:
            await backend.aclose()
            raise
        self._backend = backend
        name = server.suggested_name(await asyncio.to_thread(_names, wiring))
        places = await _saved(wiring, server, name).places()
        noun = backend.capabilities.bot_noun
        return CheckedServer(server, secret, bots, preferred, noun, places, name)

    async def add(
        self, checked: CheckedServer, bot_id: str, name: str, place: SecretPlace
    ) -> AddedServer:
        wiring, server = await self._wiring(), checked.server
        if not is_profile_name(name):
            raise BadInput("The name of a profile is lower-case letters, digits, - and _.")
        if name in await asyncio.to_thread(_names, wiring):
            raise BadInput(f"There is a profile '{name}' already.", hint="Give it another name.")
        values: dict[str, str | bool] = {**server.values, server.kind.model.bot_key: bot_id}
        if place is SecretPlace.NOWHERE:
            values["ask_each_time"] = True
        change = await asyncio.to_thread(change_adding, name, values)
        saved = _saved(wiring, server, name)
        await _write(change, saved, checked.secret, place)
        assert self._backend is not None
        backend, self._backend = self._backend, None
        backend.traffic.is_patient = True
        self._added(wiring.adopt(name, change.settings, backend))
        return AddedServer(
            name, shown_path(change.path), server.kind.secret_noun, saved.kept(place)
        )

    async def drop(self) -> None:
        backend, self._backend = self._backend, None
        if backend is None:
            return
        if backend.sign_in is not None:
            # nobody will use it again
            with suppress(RunnelError, TimeoutError):
                async with asyncio.timeout(SIGN_OUT_TIMEOUT_S):
                    await backend.sign_in.sign_out()
        await backend.aclose()


def _names(wiring: Wiring) -> Collection[str]:
    """Return the names that profiles have, also where those of the file are not in use."""
    names = {each.name for each in wiring.profiles}
    # what is wrong with the file is told when it is written
    with suppress(SettingsError):
        names |= {name for name, _ in tables(read_config().table.get("profiles"))}
    return names


async def _asked(backend: Backend) -> tuple[Sequence[Bot], str]:
    """Return what can answer, and the one that the account uses."""
    bots = await backend.bots()
    return bots, await backend.preferred_bot()


async def _write(change: ConfigChange, saved: SavedSecret, secret: str, place: SecretPlace) -> None:
    """Keep the secret and write the file, or neither."""
    await saved.save(secret, place)
    try:
        await asyncio.to_thread(change.write)
    except SettingsError:
        if place is not SecretPlace.NOWHERE:
            await saved.forget()
        raise


def _trial_settings(server: NewServer, secret: str) -> ProfileSettings:
    # asked each time: nothing of a trial is kept
    told = {**server.values, server.kind.model.secret_key: secret, "ask_each_time": True}
    return profile_from(told)


def _saved(wiring: Wiring, server: NewServer, name: str) -> SavedSecret:
    """Return where the secret of a new profile can be kept."""
    profile = Profile(name, server.kind.api, server.base_url, account=server.account)
    settings = profile_from(server.values)
    return saved_secret(profile, settings, wiring.state_folder)
