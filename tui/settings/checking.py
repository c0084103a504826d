"""Check of all settings: values that can be used, or sentences why not."""

from __future__ import annotations

from pydantic import ValidationError

from tui.settings.embedded import EMBEDDED_PROFILES
from tui.settings.error_messages import Problem, Problems
from tui.settings.schema import Settings, settings_from
from tui.settings.sources import ConfigSource, without_rivals


def checked_settings(source: ConfigSource) -> Settings:
    """Return the settings that stand in `source`.

    Raises:
        SettingsError: something is wrong; the sentence names file or variable, and the key.
    """
    checked = settings_or_problems(source)
    if isinstance(checked, Settings):
        return checked
    raise Problems(source.file, source.environment).error(checked[0])


def settings_or_problems(source: ConfigSource) -> Settings | list[Problem]:
    """Return the settings that stand in `source`, or everything that is wrong with them."""
    problems = Problems(source.file, source.environment)
    try:
        file = without_rivals(source.file.table, source.environment)
        settings = settings_from(source.environment, file)
    except ValidationError as error:
        # not raised from here: the values refused may be secrets
        return problems.of(error)
    if settings.default_profile and settings.default_profile not in (
        settings.profiles or EMBEDDED_PROFILES
    ):
        return [problems.unknown_default(settings)]
    return settings
