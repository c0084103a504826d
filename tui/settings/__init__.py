"""Settings of a person: command line, environment, `config.toml`, defaults, in this order.

The names below come from modules that are imported when one of them is first asked for: the
library that checks settings takes longer to import than a first frame to draw.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.settings.checked import checked_settings
    from tui.settings.embedded import EMBEDDED_PROFILES
    from tui.settings.profiles import (
        GptTrainerSettings,
        HardWireSettings,
        ProfileSettings,
        Secret,
    )
    from tui.settings.saved_secret import AskSecret, SavedSecret, SecretPlace
    from tui.settings.secret import ReadSecret, missing_secret, secret_reader
    from tui.settings.secret_file import SECRETS_FILE, SecretFile
    from tui.settings.sources import ConfigSource, read_source
    from tui.settings.values import Settings

__all__ = [
    "EMBEDDED_PROFILES",
    "SECRETS_FILE",
    "AskSecret",
    "ConfigSource",
    "GptTrainerSettings",
    "HardWireSettings",
    "ProfileSettings",
    "ReadSecret",
    "SavedSecret",
    "Secret",
    "SecretFile",
    "SecretPlace",
    "Settings",
    "checked_settings",
    "missing_secret",
    "read_source",
    "secret_reader",
]

_MODULES = (
    "embedded",
    "secret",
    "secret_file",
    "saved_secret",
    "profiles",
    "values",
    "sources",
    "checked",
)


def __getattr__(name: str) -> object:
    if name in __all__:
        for module in _MODULES:
            names = vars(import_module(f"tui.settings.{module}"))
            if name in names:
                return names[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
