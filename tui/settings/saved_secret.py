"""Saved secret of an account: in the keyring of the system, or in a file for one person's eyes."""

from __future__ import annotations

import asyncio
import enum
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Protocol, TypeVar

from msgspec import Struct

from tui.errors import SettingsError
from tui.safe_text import SafeText, clean_line
from tui.settings import keyring_store
from tui.settings.secret import ReadSecret
from tui.settings.secret_file import SecretFile
from tui.settings.sources import shown_path

T = TypeVar("T")


class SecretPlace(enum.Enum):
    """Where a key or password is kept until the next start; the best one comes first."""

    KEYRING = enum.auto()
    FILE = enum.auto()
    NOWHERE = enum.auto()
    """It is asked for each time."""


class SavedSecret(Struct, frozen=True):
    """The place of one secret: a server and an account there, so that no other address gets it."""

    base_url: str
    account: str
    file: SecretFile | None = None
    """`None`: nothing of this start is kept in files."""
    is_asked_each_time: bool = False
    """So a person wants it in the settings."""

    async def load(self) -> str:
        """Return the secret; empty when there is none, or the keyring stays locked."""
        return await asyncio.to_thread(lambda: self._load()[0])

    async def place(self) -> SecretPlace:
        """Return where the secret is."""
        return await asyncio.to_thread(lambda: self._load()[1])

    async def save(self, secret: str, place: SecretPlace) -> None:
        """Put the secret there in place of the one before, wherever that was; nowhere keeps none.

        Raises:
            SettingsError: the place does not take it.
        """
        await asyncio.to_thread(self._save, secret, place)

    async def forget(self) -> Sequence[SecretPlace]:
        """Take the secret away, and return where it was.

        Raises:
            SettingsError: one of the places keeps it.
        """
        return await asyncio.to_thread(self._forget)

    async def places(self) -> Sequence[SecretPlace]:
        """Return where it can be kept on this system, the place to take first. Takes its time."""
        if self.is_asked_each_time:
            return [SecretPlace.NOWHERE]
        has_keyring = await asyncio.to_thread(keyring_store.has_keyring)
        is_there = {SecretPlace.KEYRING: has_keyring, SecretPlace.FILE: self.file is not None}
        return [each for each in SecretPlace if is_there.get(each, True)]

    def name(self, place: SecretPlace) -> SafeText:
        """Return what a place is called, to stand behind “kept in”."""
        match place:
            case SecretPlace.KEYRING:
                return SafeText("the keyring of this system")
            case SecretPlace.FILE:
                return SafeText("") if self.file is None else shown_path(self.file.path)
            case SecretPlace.NOWHERE:
                return SafeText("no place")

    def kept(self, place: SecretPlace) -> SafeText:
        """Return how a secret is kept there, to stand behind “is”."""
        match place:
            case SecretPlace.KEYRING:
                return clean_line(f"kept in {self.name(place)}")
            case SecretPlace.FILE:
                return clean_line(f"kept in {self.name(place)}, which only you can read")
            case SecretPlace.NOWHERE:
                return SafeText("not kept, and asked for again")

    def reader(self, otherwise: ReadSecret | None) -> ReadSecret:
        """Return what gives the secret, and where there is none what `otherwise` gives.

        Read again, it asks `otherwise` at once: the saved one was refused then.
        """
        refused = False

        async def read() -> str:
            nonlocal refused
            secret = "" if refused and otherwise is not None else await self.load()
            refused = True
            if secret or otherwise is None:
                return secret
            return await otherwise()

        return read

    def _load(self) -> tuple[str, SecretPlace]:
        # the keyring takes its time, and may ask a person to unlock it
        if self.file is not None and (secret := self.file.load(self.base_url, self.account)):
            return secret, SecretPlace.FILE
        if secret := keyring_store.load(self.base_url, self.account):
            return secret, SecretPlace.KEYRING
        return "", SecretPlace.NOWHERE

    def _save(self, secret: str, place: SecretPlace) -> None:
        match place:
            case SecretPlace.KEYRING:
                keyring_store.save(self.base_url, self.account, secret)
                if self.file is not None:
                    # it would go before the one in the keyring
                    self.file.forget(self.base_url, self.account)
            case SecretPlace.FILE:
                assert self.file is not None
                self.file.save(self.base_url, self.account, secret)
                with suppress(SettingsError):
                    keyring_store.forget(self.base_url, self.account)
            case SecretPlace.NOWHERE:
                pass

    def _forget(self) -> Sequence[SecretPlace]:
        places = []
        if self.file is not None and self.file.forget(self.base_url, self.account):
            places.append(SecretPlace.FILE)
        if keyring_store.forget(self.base_url, self.account):
            places.append(SecretPlace.KEYRING)
        return places


class AskSecret(Protocol):
    """Asks a person for the secret of a profile, and returns what `attempt` makes of it.

    `noun` is what it is called: a key or password; `saved` is where it can be kept. May ask again
    when the attempt fails. Raises AccessRefused when the person does not want to tell.
    """

    def __call__(
        self,
        profile: str,
        noun: str,
        attempt: Callable[[str], Awaitable[T]],
        saved: SavedSecret,
        /,
    ) -> Awaitable[T]: ...
