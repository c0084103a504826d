"""Host key of the SSH server: made once, and kept for nobody else to read."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import asyncssh

from tui.errors import BadInput
from tui.private_files import make_folder, read, write_new
from tui.safe_text import clean_line

HOST_KEY_FILE = "ssh-host-key"
_MAX_BYTES = 16_384


def host_key(folder: Path) -> asyncssh.SSHKey:
    """Return the key in a folder, made where there is none yet.

    Raises:
        BadInput: it cannot be read or written, is none, or others can read it.
    """
    path = folder / HOST_KEY_FILE
    try:
        make_folder(folder)
        if not path.exists():
            made = asyncssh.generate_private_key("ssh-ed25519", comment="runnel")
            # another server may have been first
            with suppress(FileExistsError):
                write_new(path, made.export_private_key())
        data = read(path, _MAX_BYTES)
    except OSError as error:
        raise _unusable(path, clean_line(error.strerror or "unknown reason")) from error
    if not data:
        raise _unusable(path, "others can read it, or it is empty")
    try:
        return asyncssh.import_private_key(data)
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError):
        raise _unusable(path, "it is no key that is read without a passphrase") from None


def _unusable(path: Path, why: str) -> BadInput:
    return BadInput(
        f"The host key {clean_line(str(path), 400)} cannot be used: {why}.",
        hint="Delete it, and a new one is made; who has visited before is then warned of that.",
    )
