"""Secrets in a file that nobody else can read, for systems without a keyring."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from tui import private_files
from tui.errors import SettingsError
from tui.safe_text import clean_line

SECRETS_FILE = "secrets.json"
MAX_FILE_BYTES = 1_000_000

_Accounts = dict[str, dict[str, str]]
"""Base URL -> account -> secret."""


class SecretFile:
    """One file for all accounts; one that is broken, or open to others, counts as empty."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self, base_url: str, account: str) -> str:
        """Return the secret of an account at an address, empty when there is none."""
        return self._read().get(base_url, {}).get(account, "")

    def save(self, base_url: str, account: str, secret: str) -> None:
        """Put a secret in place of the one before.

        Raises:
            SettingsError: the file cannot be written.
        """
        accounts = self._read()
        accounts.setdefault(base_url, {})[account] = secret
        self._write(accounts)

    def forget(self, base_url: str, account: str) -> bool:
        """Take a secret away; `False` when there was none.

        Raises:
            SettingsError: the file cannot be written.
        """
        accounts = self._read()
        if accounts.get(base_url, {}).pop(account, None) is None:
            return False
        self._write({url: secrets for url, secrets in accounts.items() if secrets})
        return True

    def _read(self) -> _Accounts:
        try:
            value = json.loads(private_files.read(self.path, MAX_FILE_BYTES))
        except (OSError, ValueError, RecursionError):
            return {}
        tables = value.items() if isinstance(value, dict) else ()
        return {
            url: {account: text for account, text in secrets.items() if isinstance(text, str)}
            for url, secrets in tables
            if isinstance(secrets, dict)
        }

    def _write(self, accounts: Mapping[str, Mapping[str, str]]) -> None:
        try:
            private_files.replace(self.path, json.dumps(accounts, indent=1).encode())
        except OSError as error:
            reason = clean_line(error.strerror or "unknown reason")
            raise SettingsError(
                f"The file for secrets cannot be written: {reason}.",
                hint=f"The file is {clean_line(str(self.path))}.",
            ) from error
