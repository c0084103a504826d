"""Access of visitors: the public keys of those who are known, and who gets in without one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tui.cli.visitor_app import LiveProfile, Shown
from tui.errors import BadInput
from tui.safe_text import clean_line

if TYPE_CHECKING:
    from tui.serve.address import Address

KEYS_FILE = "authorized_keys"
_MAX_KEYS_BYTES = 1_000_000
_WRITABLE_BY_OTHERS = 0o022


def check_access(where: Address, shown: Shown, *, has_keys: bool, guest: bool) -> None:
    """Raise `BadInput` where somebody could get in who should not, or nobody could."""
    if isinstance(shown, LiveProfile):
        if guest:
            raise BadInput(
                f"Guests never get the profile '{clean_line(shown.name)}': it is an account.",
                hint="Leave --guest out, or show the demo or a tape.",
            )
        if not has_keys:
            raise BadInput(
                f"Nobody may come in to the profile '{clean_line(shown.name)}' without a key.",
                hint=f"Name their public keys with --keys, or in {KEYS_FILE} beside config.toml.",
            )
    elif not (guest or has_keys or where.is_loopback):
        raise BadInput(
            f"At {where} anybody could come in.",
            hint="Say --guest if they may, or name the public keys of who may with --keys.",
        )


def read_keys(named: str | None) -> str:
    """Return the public keys of a file, empty for none.

    Raises:
        BadInput: it cannot be read, or others may write into it.
    """
    from tui.file_reading import read_file
    from tui.settings.sources import config_path

    path = Path(named) if named is not None else config_path().parent / KEYS_FILE
    if named is None and not path.exists():
        return ""
    shown = clean_line(str(path), 400)
    try:
        data = read_file(path, _MAX_KEYS_BYTES)
        if path.stat().st_mode & _WRITABLE_BY_OTHERS:
            raise BadInput(
                f"Others on this machine can write into {shown}.", hint="Run chmod go-w on it."
            )
    except OSError as error:
        why = clean_line(error.strerror or "unknown reason")
        raise BadInput(f"The keys in {shown} cannot be read: {why}.") from None
    return data.decode("utf-8", "replace")
