"""Keyring of the system, through the package `keyring`, which is imported when it is needed."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from tui.errors import SettingsError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_OTHERWISE = "Keep the secret in the file that only you can read instead."
_RECOMMENDED = 1
"""From this priority on the package calls a keyring a good one; the others are plain files."""


def load(base_url: str, account: str) -> str:
    """Return the secret of an account at an address; empty for none, and while it stays locked."""
    with suppress(SettingsError):
        keyring = open_keyring()
        from keyring.errors import KeyringError

        with suppress(KeyringError):
            return keyring.get_password(_service(base_url), account) or ""
    return ""


def save(base_url: str, account: str, secret: str) -> None:
    """Put a secret in place of the one before.

    Raises:
        SettingsError: there is no keyring, or it does not take it.
    """
    keyring = open_keyring()
    from keyring.errors import KeyringError

    try:
        keyring.set_password(_service(base_url), account, secret)
        is_there = keyring.get_password(_service(base_url), account) == secret
    except KeyringError:
        is_there = False
    if not is_there:
        # what the keyring itself says is not told: it may hold the secret
        raise SettingsError(
            "The keyring of this system did not take the secret.",
            hint=f"Unlock it and try again. {_OTHERWISE}",
        )


def forget(base_url: str, account: str) -> bool:
    """Take a secret away; `False` when there was none.

    Raises:
        SettingsError: the keyring keeps it.
    """
    if not load(base_url, account):
        return False
    keyring = open_keyring()
    from keyring.errors import KeyringError

    try:
        keyring.delete_password(_service(base_url), account)
    except KeyringError:
        raise SettingsError(
            "The keyring of this system did not let go of the secret.",
            hint=f"Remove the entry “{_service(base_url)}” with the program for your keyring.",
        ) from None
    return True


def has_keyring() -> bool:
    """Say whether this system has a keyring that holds secrets. Takes its time."""
    try:
        open_keyring()
    except SettingsError:
        return False
    return True


def open_keyring() -> KeyringBackend:
    """Return the keyring of this system. Takes its time, and may ask a person to unlock it.

    Raises:
        SettingsError: the system has none.
    """
    # takes longer to import than the command line
    import keyring

    backend = keyring.get_keyring()
    # the package has stand-ins for none, which fail or forget
    if backend.priority < _RECOMMENDED:
        raise SettingsError("This system has no keyring that could hold a secret.", hint=_OTHERWISE)
    return backend


def _service(base_url: str) -> str:
    return f"runnel {base_url}"
