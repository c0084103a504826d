"""Environment of a visitor's app: what the client may tell, by name and form, and our own."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

_TERMINAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9+._-]{0,63}")
_CATEGORIES = (
    *("ADDRESS", "ALL", "COLLATE", "CTYPE", "IDENTIFICATION", "MEASUREMENT", "MESSAGES"),
    *("MONETARY", "NAME", "NUMERIC", "PAPER", "TELEPHONE", "TERMINAL", "TERMINAL_VERSION", "TIME"),
)
"""Of locales, and by LC_TERMINAL what a terminal says of itself where SSH carries nothing else."""
_TOLD_NAMES = frozenset({"COLORTERM", "LANG", *(f"LC_{each}" for each in _CATEGORIES)})
_VALUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@:+-]{0,63}")
_OF_TERMINAL = re.compile(
    r"TERM|COLORTERM|LC_|LANG|SSH_|TMUX|STY$|DISPLAY$|WAYLAND_|VTE_|KITTY_|WT_|COLUMNS$|LINES$"
)
_FOLDERS = {
    "HOME": ".",
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_STATE_HOME": "state",
    "XDG_CACHE_HOME": "cache",
    "TMPDIR": ".",
}


def is_terminal_name(name: str) -> bool:
    """Say whether this may be what TERM says."""
    return _TERMINAL.fullmatch(name) is not None


def told_by(client: Mapping[str, str]) -> dict[str, str]:
    """Return what a client may tell the app: the colours and the language of its terminal.

    That is no more than a few names, however many are told.
    """
    return {
        name: value
        for name, value in client.items()
        if name in _TOLD_NAMES and _VALUE.fullmatch(value)
    }


def own_environment(folder: Path) -> dict[str, str]:
    """Return an environment in which nothing but `folder` is known of this machine."""
    own = {name: str(folder / place) for name, place in _FOLDERS.items()}
    own["PATH"] = os.defpath
    own["LANG"] = "C.UTF-8"
    if zone := os.environ.get("TZ"):
        own["TZ"] = zone
    return own


def host_environment() -> dict[str, str]:
    """Return the environment of this machine without what it says of the terminal here."""
    return {name: value for name, value in os.environ.items() if not _OF_TERMINAL.match(name)}
