"""Sign-ins kept between two starts, in a file that nobody else can read."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tui import private_files
from tui.backends.json_decoding import decode_json
from tui.backends.json_reading import Object, object_at, text_at

MAX_FILE_BYTES = 1_000_000

Accounts = dict[str, dict[str, dict[str, str]]]
"""Base URL -> e-mail -> what is kept of the sign-in."""


@dataclass(frozen=True, slots=True)
class KeptSignIn:
    """Who an account is at its server, and the cookie that proves it, as received."""

    user_id: str
    name: str
    email: str
    cookie: str = field(repr=False)


class KeptSignIns(Protocol):
    """Where sign-ins are from one start to the next, each by server and account."""

    def load(self, base_url: str, email: str) -> KeptSignIn | None:
        """Return the one that was kept, `None` where there is none."""
        ...

    def save(self, base_url: str, email: str, sign_in: KeptSignIn) -> None: ...

    def forget(self, base_url: str, email: str) -> None: ...


class SignInFile:
    """One file for all accounts; one that is broken, or open to others, counts as empty.

    What cannot be written is not kept: the next start asks for the password.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self, base_url: str, email: str) -> KeptSignIn | None:
        record = object_at(object_at(self._read(), base_url), email)
        user_id, cookie = text_at(record, "user_id"), text_at(record, "cookie")
        if not user_id or not cookie or not (cookie.isascii() and cookie.isprintable()):
            return None
        return KeptSignIn(user_id, text_at(record, "name"), text_at(record, "email"), cookie)

    def save(self, base_url: str, email: str, sign_in: KeptSignIn) -> None:
        if self.load(base_url, email) == sign_in:
            return
        record = {
            "user_id": sign_in.user_id,
            "name": sign_in.name,
            "email": sign_in.email,
            "cookie": sign_in.cookie,
        }
        self._change(lambda accounts: accounts[base_url].update({email: record}))

    def forget(self, base_url: str, email: str) -> None:
        if email in object_at(self._read(), base_url):
            self._change(lambda accounts: accounts[base_url].pop(email, None))

    def _read(self) -> Object:
        try:
            value = decode_json(private_files.read(self._path, MAX_FILE_BYTES))
        except (OSError, ValueError):
            return {}
        return value if isinstance(value, dict) else {}

    def _change(self, change: Callable[[Accounts], object]) -> None:
        """Change what stands in the file now, which another client may have written."""
        folder = self._path.parent
        with suppress(OSError):
            private_files.make_folder(folder)
            with private_files.locked(folder):
                accounts = defaultdict[str, dict[str, dict[str, str]]](dict)
                accounts.update(_accounts(self._read()))
                change(accounts)
                left = {url: each for url, each in accounts.items() if each}
                private_files.replace(self._path, json.dumps(left, indent=1).encode())


def _accounts(value: Object) -> Accounts:
    """Return what of a file's content makes sense."""
    return {
        url: {
            email: {key: text for key, text in record.items() if isinstance(text, str)}
            for email, record in accounts.items()
            if isinstance(record, dict)
        }
        for url, accounts in value.items()
        if isinstance(accounts, dict)
    }
