"""Welcome text of an empty transcript."""

from __future__ import annotations

from collections.abc import Callable

from tui.model import Profile
from tui.safe_text import SafeText, clean_line

_ROWS = (
    (("chat.sessions", "sessions"), ("chat.new", "new session")),
    (("app.palette", "all commands"), ("app.help", "all keys")),
    (("chat.stop", "stops an answer"), ("app.quit", "quits")),
)
_KEY_CELLS = 8
_CELL_CELLS = 28

_DEMO = """\
This is the embedded demo server: nothing leaves this machine.
Try these words in a question:
markdown, code, table, unicode, links, citations, tools, slow, error, long

A real server needs a profile in config.toml; `runnel profiles` says where."""


def welcome(profile: Profile, key_of: Callable[[str], str]) -> SafeText:
    """Return the text for a new session of a profile; `key_of` tells the key of an action id."""
    place = clean_line(f"{profile.name} · {profile.api} · {profile.base_url}")
    keys = "\n".join(
        "".join(
            f"  {key_of(action_id):<{_KEY_CELLS}}{words}".ljust(_CELL_CELLS)
            for action_id, words in row
        ).rstrip()
        for row in _ROWS
    )
    sending = f"Just type, and press {key_of('composer.send')} to send."
    parts = [place, sending, keys]
    if profile.embedded:
        parts.append(_DEMO)
    return SafeText("\n\n".join(parts))
