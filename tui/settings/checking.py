"""Check of all settings: values that can be used, or one sentence why not."""

from __future__ import annotations

from pydantic import ValidationError

from tui.settings.embedded import EMBEDDED_PROFILES
from tui.settings.error_messages import Problems
from tui.settings.schema import Settings, settings_from
from tui.settings.sources import ConfigSource, without_rivals


def checked_settings(source: ConfigSource) -> Settings:
    """Return the settings that stand in `source`.

    Raises:
        SettingsError: something is wrong; the sentence names file or variable, and the key.
    """
    problems = Problems(source.file, source.environment)
    try:
        file = without_rivals(source.file.table, source.environment)
        settings = settings_from(source.environment, file)
    except ValidationError as error:
        # from None: the values refused may be secrets
        raise problems.first(error) from None
    if settings.default_profile and settings.default_profile not in (
        settings.profiles or EMBEDDED_PROFILES
    ):
        raise problems.unknown_default(settings)
    return settings
