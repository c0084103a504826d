"""What a person configured: command line, environment, `config.toml`, defaults, in this order."""

from tui.settings.loading import LoadedSettings, load_settings
from tui.settings.problems import did_you_mean
from tui.settings.schema import (
    EMBEDDED_PROFILES,
    GptTrainerSettings,
    HardWireSettings,
    ProfileSettings,
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
    "Settings",
    "did_you_mean",
    "load_settings",
    "missing_secret",
    "secret_reader",
]
