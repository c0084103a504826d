"""Sign-ins kept between two starts, in a file that nobody else can read."""

from __future__ import annotations

import json
import os
import stat
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tui.backends.json_decoding import decode_json
from tui.backends.json_reading import Object, object_at, text_at
from tui.private_files import make_folder

MAX_FILE_BYTES = 1_000_000
# not waiting for whoever would write into a pipe that stands in the place of the file
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC

Accounts = dict[str, dict[str, dict[str, str]]]
"""Base URL -> e-mail -> what is kept of the sign-in."""


@dataclass(frozen=True, slots=True)
class KeptSignIn:
    """Who an account is at its server, and the cookie that proves it, as received."""

    user_id: str
    name: str
    email: str
    cookie: str = field(repr=False)


class SignInFile:
    """One file for all accounts; one that is broken, or open to others, counts as empty.

    What cannot be written is not kept: the next start asks for the password.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self, base_url: str, email: str) -> KeptSignIn | None:
        found = object_at(object_at(self._read(), base_url), email)
        user_id, cookie = text_at(found, "user_id"), text_at(found, "cookie")
        if not user_id or not cookie or not (cookie.isascii() and cookie.isprintable()):
            return None
        return KeptSignIn(user_id, text_at(found, "name"), text_at(found, "email"), cookie)

    def save(self, base_url: str, email: str, kept: KeptSignIn) -> None:
        if self.load(base_url, email) == kept:
            return
        accounts = _accounts(self._read())
        accounts.setdefault(base_url, {})[email] = {
            "user_id": kept.user_id,
            "name": kept.name,
            "email": kept.email,
            "cookie": kept.cookie,
        }
        self._write(accounts)

    def forget(self, base_url: str, email: str) -> None:
        accounts = _accounts(self._read())
        if accounts.get(base_url, {}).pop(email, None) is not None:
            self._write({url: each for url, each in accounts.items() if each})

    def _read(self) -> Object:
        try:
            # not through a link, which may lead to a file of somebody else
            descriptor = os.open(self._path, _FLAGS)
        except (OSError, ValueError):
            return {}
        try:
            if not _is_private(os.fstat(descriptor)):
                return {}
            value = decode_json(os.read(descriptor, MAX_FILE_BYTES))
        except (OSError, ValueError):
            return {}
        finally:
            os.close(descriptor)
        return value if isinstance(value, dict) else {}

    def _write(self, accounts: Accounts) -> None:
        content = json.dumps(accounts, indent=1).encode()
        with suppress(OSError):
            make_folder(self._path.parent)
            # made with 0600, and in the place of the old file at once or not at all
            descriptor, made = tempfile.mkstemp(
                prefix=f".{self._path.name}.", dir=self._path.parent
            )
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(descriptor)
                Path(made).replace(self._path)
            except BaseException:
                Path(made).unlink()
                raise


def _is_private(status: os.stat_result) -> bool:
    is_file = stat.S_ISREG(status.st_mode)
    return is_file and status.st_uid == os.getuid() and not status.st_mode & 0o077


def _accounts(value: Object) -> Accounts:
    """Return what of a file's content makes sense."""
    return {
        url: {
            email: {key: text for key, text in kept.items() if isinstance(text, str)}
            for email, kept in accounts.items()
            if isinstance(kept, dict)
        }
        for url, accounts in value.items()
        if isinstance(accounts, dict)
    }
