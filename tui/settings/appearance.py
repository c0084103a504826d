"""Appearance of the app: what its first frame needs of the settings, before all are checked."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field

from tui.settings.links import AUTO_LINK, LINKS
from tui.settings.sources import ConfigSource, Table, tables

NOTIFY = ("none", "bell", "desktop")
"""What may happen when an answer ends that nobody looks at."""
DEFAULT_NOTIFY = "bell"
_OFF = ("false", "f", "no", "n", "off", "0")
"""What the check of all settings takes for `False`."""


class Appearance(Struct, frozen=True):
    """How the app looks and what its keys are, as far as that is told in the right shape."""

    theme: str = ""
    """Empty: the default one."""
    keys: dict[str, str] = field(default_factory=dict)
    """Action id -> key, checked by the screen that has the actions."""
    configured_theme: str = ""
    """The theme without that of the command line."""
    profiles: frozenset[str] = frozenset()
    """The names of the profiles that something is told about."""
    notify: str = DEFAULT_NOTIFY
    """One of `NOTIFY`."""
    terminal_title: bool = True
    """The title of the terminal shows how it goes."""
    notify_content: bool = False
    """A notification tells the title of the session, and what was said."""
    copy_on_select: bool = True
    """What the mouse selects is copied when its button is let go."""
    link: str = AUTO_LINK
    """One of `LINKS`."""


def appearance_of(
    source: ConfigSource, theme: str | None = None, link: str | None = None
) -> Appearance:
    """Return how the app looks; `theme` and `link` are those of the command line.

    Whatever has a wrong shape counts as not there: `checked_settings` says what is wrong with it.
    """
    places = (source.file.table, source.environment)
    themes = [table.get("theme") for table in reversed(places)]
    configured = next((each for each in themes if isinstance(each, str)), "")
    keys: dict[str, str] = {}
    for table in places:
        if isinstance(own := table.get("keys"), dict):
            keys |= {action: key for action, key in own.items() if isinstance(key, str)}
    ways = [table.get("notify") for table in reversed(places)]
    links = [link, *(table.get("link") for table in reversed(places))]
    return Appearance(
        configured if theme is None else theme,
        keys,
        configured,
        frozenset(name for table in places for name, _ in tables(table.get("profiles"))),
        next((each for each in ways if each in NOTIFY), DEFAULT_NOTIFY),
        _is_on(places, "terminal_title"),
        _is_on(places, "notify_content", default=False),
        _is_on(places, "copy_on_select"),
        next((each for each in links if each in LINKS), AUTO_LINK),
    )


def _is_on(places: Sequence[Table], key: str, *, default: bool = True) -> bool:
    """Return what the last place says that says something, else the default."""
    said = [table[key] for table in places if table.get(key) is not None]
    return str(said[-1]).lower() not in _OFF if said else default
