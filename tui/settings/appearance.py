"""What the first frame needs of the settings, read without checking all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from tui.settings.sources import read_config, read_environment, state_folder, tables


@dataclass(frozen=True, slots=True)
class Appearance:
    """How the app looks and what its keys are, as far as that is told in the right shape."""

    folder: Path
    """Where the configuration file is, and a person's own themes."""
    state_folder: Path
    theme: str = ""
    """Empty: the default one."""
    keys: dict[str, str] = field(default_factory=dict)
    profiles: frozenset[str] = frozenset()
    """The names of the profiles that something is told about."""
    notices: tuple[str, ...] = ()


def read_appearance(theme: str | None = None) -> Appearance:
    """Return how the app looks; `theme` is the one of the command line.

    Whatever has a wrong shape counts as not there: `load_settings` says what is wrong with it.

    Raises:
        SettingsError: the configuration file or a variable cannot be read at all.
    """
    file = read_config()
    places = (file.table, read_environment(file))
    themes = [theme, *(table.get("theme") for table in reversed(places))]
    keys: dict[str, str] = {}
    for table in places:
        if isinstance(own := table.get("keys"), dict):
            keys |= {action: key for action, key in own.items() if isinstance(key, str)}
    return Appearance(
        file.path.parent,
        state_folder(),
        next((each for each in themes if isinstance(each, str)), ""),
        keys,
        frozenset(name for table in places for name, _ in tables(table.get("profiles"))),
        file.notices,
    )
