"""Places of the keys and passwords that were kept, for pages that tell all settings."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

from tui.errors import SettingsError

if TYPE_CHECKING:
    from tui.safe_text import SafeText
    from tui.settings import ConfigSource, Settings
    from tui.settings.error_messages import Problem


async def saved_places(
    source: ConfigSource, settings: Settings | list[Problem]
) -> Mapping[str, SafeText]:
    """Return by profile where its secret is kept; those that keep none, or need none, are not in.

    Settings that cannot be used have none. May open the keyring of the system, and that may ask a
    person to unlock it.
    """
    from tui.settings import SecretPlace, Settings
    from tui.wiring.connections import Wiring

    if not isinstance(settings, Settings):
        return {}
    try:
        wiring = Wiring(settings, state_folder=source.state_folder)
    except SettingsError:
        return {}
    names = [
        name
        for name, each in settings.profiles.items()
        if not (each.secret.is_set or each.ask_each_time)
    ]
    saved = [wiring.saved_secret(name) for name in names]
    places = await asyncio.gather(*(each.place() for each in saved))
    return {
        name: each.name(place)
        for name, each, place in zip(names, saved, places, strict=True)
        if place is not SecretPlace.NOWHERE
    }
