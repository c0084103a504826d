"""Files that a person names for us to write to: opened, or one sentence why not."""

from __future__ import annotations

import errno
from collections.abc import Callable

from tui.errors import BadInput
from tui.safe_text import clean_line


def opened(open_file: Callable[[str], int], path: str, what: str, option: str) -> int:
    """Return the descriptor of the file at `path`; `what` goes into it by the name of `option`.

    Raises:
        BadInput: it cannot be written.
    """
    try:
        return open_file(path)
    except (OSError, ValueError) as error:
        raise refused(error, path, what, option) from error


def refused(error: OSError | ValueError, path: str, what: str, option: str) -> BadInput:
    """Return why `what` cannot be written to a file, which goes into it by the name of `option`."""
    reason = clean_line(getattr(error, "strerror", None) or "no file has such a name")
    if isinstance(error, OSError) and error.errno == errno.ELOOP:
        reason = clean_line("it is a link to another place")
    return BadInput(
        f"{what} cannot be written to {clean_line(path, 200)}: {reason}.",
        hint=f"Name another file with {option}.",
    )
