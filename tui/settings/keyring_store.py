"""Secrets in the keyring of the system, where the package `keyring` is installed."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.errors import SettingsError
from tui.settings.secret import ReadSecret

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_OTHERWISE = "Set token_command or password_command to a program that prints the secret instead."


@dataclass(frozen=True, slots=True)
class SavedSecret:
    """The place of one secret: a server and an account there, so that no other address gets it."""

    base_url: str
    account: str

    async def load(self) -> str:
        """Return the secret; empty when there is none, no keyring, or it stays locked."""
        return await asyncio.to_thread(self._load)

    async def save(self, secret: str) -> None:
        """Put the secret here in place of the one before.

        Raises:
            SettingsError: no keyring takes it.
        """
        await asyncio.to_thread(self._save, secret)

    async def forget(self) -> bool:
        """Take the secret away; `False` when there was none."""
        return await asyncio.to_thread(self._forget)

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

    @property
    def _service(self) -> str:
        return f"runnel {self.base_url}"

    def _load(self) -> str:
        with suppress(SettingsError):
            keyring = open_keyring()
            from keyring.errors import KeyringError

            with suppress(KeyringError):
                return keyring.get_password(self._service, self.account) or ""
        return ""

    def _save(self, secret: str) -> None:
        keyring = open_keyring()
        from keyring.errors import KeyringError

        try:
            keyring.set_password(self._service, self.account, secret)
            is_there = keyring.get_password(self._service, self.account) == secret
        except KeyringError:
            is_there = False
        if not is_there:
            # what the keyring itself says is not told: it may hold the secret
            raise SettingsError(
                "The keyring of this system did not take the secret.",
                hint=f"Unlock it and try again. {_OTHERWISE}",
            )

    def _forget(self) -> bool:
        if not self._load():
            return False
        keyring = open_keyring()
        from keyring.errors import KeyringError

        try:
            keyring.delete_password(self._service, self.account)
        except KeyringError:
            raise SettingsError(
                "The keyring of this system did not let go of the secret.",
                hint=f"Remove the entry “{self._service}” with the program for your keyring.",
            ) from None
        return True


def open_keyring() -> KeyringBackend:
    """Return the keyring of this system. Takes its time, and may ask a person to unlock it.

    Raises:
        SettingsError: the package is not installed, or the system has no keyring.
    """
    try:
        import keyring
    except ImportError as error:
        raise SettingsError(
            "The package keyring is not installed, so nothing can be saved.",
            hint=f"Install the package keyring beside Runnel. {_OTHERWISE}",
        ) from error
    backend = keyring.get_keyring()
    # the package has stand-ins for none, which fail or forget
    if backend.priority <= 0:
        raise SettingsError("This system has no keyring that could hold a secret.", hint=_OTHERWISE)
    return backend
