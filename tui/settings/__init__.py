"""What a person configured: command line, environment, `config.toml`, defaults, in this order.

The names below come from modules that are imported when one of them is first asked for: the
library that checks settings takes longer to import than a first frame to draw.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.settings.embedded import EMBEDDED_PROFILES
    from tui.settings.error_messages import did_you_mean
    from tui.settings.keyring_store import SavedSecret, open_keyring
    from tui.settings.loading import LoadedSettings, load_settings
    from tui.settings.profiles import (
        GptTrainerSettings,
        HardWireSettings,
        ProfileSettings,
        Secret,
    )
    from tui.settings.schema import Settings
    from tui.settings.secret import AskSecret, ReadSecret, missing_secret, secret_reader

__all__ = [
    "EMBEDDED_PROFILES",
    "AskSecret",
    "GptTrainerSettings",
    "HardWireSettings",
    "LoadedSettings",
    "ProfileSettings",
    "ReadSecret",
    "SavedSecret",
    "Secret",
    "Settings",
    "did_you_mean",
    "load_settings",
    "missing_secret",
    "open_keyring",
    "secret_reader",
]

_MODULES = (
    "embedded",
    "secret",
    "keyring_store",
    "profiles",
    "schema",
    "error_messages",
    "loading",
)


def __getattr__(name: str) -> object:
    if name in __all__:
        for module in _MODULES:
            found = vars(import_module(f"tui.settings.{module}"))
            if name in found:
                return found[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
