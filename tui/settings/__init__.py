"""What a person configured: command line, environment, `config.toml`, defaults, in this order."""

from tui.settings.loading import LoadedSettings, load_settings
from tui.settings.problems import did_you_mean
from tui.settings.saved import SavedSecret, open_keyring
from tui.settings.schema import (
    EMBEDDED_PROFILES,
    GptTrainerSettings,
    HardWireSettings,
    ProfileSettings,
    Secret,
    Settings,
)
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
