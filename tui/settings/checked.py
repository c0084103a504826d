"""Settings of one start: read plainly where each is plainly right, else checked in full."""

from __future__ import annotations

from tui.settings.plain_reading import plain_settings
from tui.settings.sources import ConfigSource
from tui.settings.values import Settings


def checked_settings(source: ConfigSource) -> Settings:
    """Return the settings that stand in `source`.

    Raises:
        SettingsError: something is wrong; the sentence names file or variable, and the key.
    """
    if (plain := plain_settings(source)) is not None:
        return plain
    # takes longer to import than all else before a first question
    from tui.settings.checking import settings_or_problems
    from tui.settings.error_messages import Problems

    checked = settings_or_problems(source)
    if isinstance(checked, Settings):
        return checked
    raise Problems(source.file, source.environment).error(checked)
