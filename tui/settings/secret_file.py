"""Secrets in a file that nobody else can read, for systems without a keyring."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tui import private_files
from tui.errors import SettingsError
from tui.safe_text import clean_line

SECRETS_FILE = "secrets.json"
MAX_FILE_BYTES = 1_000_000

_Accounts = dict[str, dict[str, str]]
"""Base URL -> account -> secret."""


class SecretFile:
    """One file for all accounts; one that is broken, or open to others, counts as empty.

    Before it is written such a one is set aside: it may hold what nobody has anywhere else.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self, base_url: str, account: str) -> str:
        """Return the secret of an account at an address, empty when there is none."""
        accounts, _ = self._read()
        return accounts.get(base_url, {}).get(account, "")

    def save(self, base_url: str, account: str, secret: str) -> None:
        """Put a secret in place of the one before.

        Raises:
            SettingsError: the file cannot be written.
        """
        with self._changed() as accounts:
            accounts.setdefault(base_url, {})[account] = secret

    def forget(self, base_url: str, account: str) -> bool:
        """Take a secret away; `False` when there was none.

        Raises:
            SettingsError: the file cannot be written.
        """
        if not self.load(base_url, account):
            return False
        with self._changed() as accounts:
            secret = accounts.get(base_url, {}).pop(account, None)
        return secret is not None

    def _read(self) -> tuple[_Accounts, bool]:
        """Return the secrets, and whether they are all that stands in the file."""
        try:
            data = private_files.read(self.path, MAX_FILE_BYTES + 1)
            value = json.loads(data) if len(data) <= MAX_FILE_BYTES else None
        except FileNotFoundError:
            return {}, True
        except (OSError, ValueError, RecursionError):
            return {}, False
        tables = value.items() if isinstance(value, dict) else ()
        accounts = {
            url: {account: text for account, text in secrets.items() if isinstance(text, str)}
            for url, secrets in tables
            if isinstance(secrets, dict)
        }
        return accounts, accounts == value

    @contextmanager
    def _changed(self) -> Iterator[_Accounts]:
        """Give the secrets to be changed in the block, and write them: no other client does so."""
        try:
            private_files.make_folder(self.path.parent)
            with private_files.locked(self.path.parent):
                accounts, is_all = self._read()
                yield accounts
                if not is_all:
                    private_files.set_aside(self.path)
                left = {url: secrets for url, secrets in accounts.items() if secrets}
                private_files.replace(self.path, json.dumps(left, indent=1).encode())
        except OSError as error:
            reason = clean_line(error.strerror or "unknown reason")
            raise SettingsError(
                f"The file for secrets cannot be written: {reason}.",
                hint=f"The file is {clean_line(str(self.path))}.",
            ) from error
