"""Keyrings that are not that of the system: one in memory, one in a file for other processes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

FILE_VARIABLE = "TEST_KEYRING_FILE"
"""Names the file of a `FileKeyring`."""

Entries = dict[str, str]


class MemoryKeyring(KeyringBackend):
    priority = 1.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.entries: Entries = {}
        self.locked = False
        self.forgetful = False

    def get_password(self, service: str, username: str) -> str | None:
        self._check()
        return self.entries.get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._check()
        if not self.forgetful:
            self.entries[f"{service}/{username}"] = password

    def delete_password(self, service: str, username: str) -> None:
        self._check()
        if self.entries.pop(f"{service}/{username}", None) is None:
            raise PasswordDeleteError("no such password")

    def _check(self) -> None:
        if self.locked:
            raise KeyringLocked("the keyring is locked")


class FileKeyring(MemoryKeyring):
    def __init__(self) -> None:
        super().__init__()
        self._path = Path(os.environ[FILE_VARIABLE])
        if self._path.exists():
            self.entries = json.loads(self._path.read_text())

    def set_password(self, service: str, username: str, password: str) -> None:
        super().set_password(service, username, password)
        self._path.write_text(json.dumps(self.entries))

    def delete_password(self, service: str, username: str) -> None:
        super().delete_password(service, username)
        self._path.write_text(json.dumps(self.entries))


@contextmanager
def used(backend: KeyringBackend) -> Iterator[None]:
    """Make `backend` the keyring of this process for the time inside."""
    before = keyring.get_keyring()
    keyring.set_keyring(backend)
    try:
        yield
    finally:
        keyring.set_keyring(before)
