"""From the places settings come from to settings that can be used, or one sentence why not."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from tui.settings.embedded import EMBEDDED_PROFILES
from tui.settings.error_messages import Problems
from tui.settings.schema import Settings
from tui.settings.sources import read_config, read_environment, state_folder


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """Settings and what is to be said about them."""

    settings: Settings
    path: Path
    """The configuration file, there or not."""
    notices: tuple[str, ...]
    """Warnings, one sentence each."""

    @property
    def folder(self) -> Path:
        """Where the file stands, and a person's own themes."""
        return self.path.parent

    @property
    def state_folder(self) -> Path:
        """Where Runnel keeps what it must remember from one start to the next."""
        return state_folder()


def load_settings(*, theme: str | None = None) -> LoadedSettings:
    """Read all settings; `theme` is the one of the command line.

    Raises:
        SettingsError: something is wrong; the sentence names file or variable, and the key.
    """
    file = read_config()
    problems = Problems(file, read_environment(file))
    try:
        settings = Settings() if theme is None else Settings(theme=theme)
    except ValidationError as error:
        # from None: the values refused may be secrets
        raise problems.first(error) from None
    if settings.default_profile and settings.default_profile not in (
        settings.profiles or EMBEDDED_PROFILES
    ):
        raise problems.unknown_default(settings)
    return LoadedSettings(settings, file.path, file.notices)
