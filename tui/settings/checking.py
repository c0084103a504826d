"""Check of all settings in full: values that can be used, and everything that is wrong."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import ValidationError

from tui.settings.embedded import EMBEDDED_PROFILES
from tui.settings.error_messages import Problem, Problems
from tui.settings.schema import settings_from
from tui.settings.sources import ConfigSource, Table, tables, without_rivals
from tui.settings.values import Settings


def settings_or_problems(source: ConfigSource) -> Settings | list[Problem]:
    """Return the settings that stand in `source`, or everything that is wrong with them."""
    settings, wrong = settings_and_problems(source)
    return wrong or settings


def settings_and_problems(source: ConfigSource) -> tuple[Settings, list[Problem]]:
    """Return the settings that are right, and everything that is wrong with the others.

    A profile with something wrong in it is left out whole.
    """
    problems, wrong = Problems(source.file, source.environment), list[Problem]()
    environment = source.environment
    file = without_rivals(source.file.table, environment)
    names = {name for table in (environment, file) for name, _ in tables(table.get("profiles"))}
    while True:
        try:
            settings = settings_from(environment, file)
            break
        except ValidationError as error:
            # not raised from here: the values refused may be secrets
            wrong += problems.of(error)
            paths = [tuple(map(str, each["loc"][:2])) for each in error.errors()]
        environment, file = (_without(paths, each) for each in (environment, file))
    default = settings.default_profile
    if default and default not in (settings.profiles or EMBEDDED_PROFILES) and default not in names:
        wrong.append(problems.unknown_default(settings))
    return settings, wrong


def _without(paths: Iterable[tuple[str, ...]], table: Table) -> Table:
    """Return a table without the profiles and keys that problems are about."""
    gone = {path[0] for path in paths if path[0] != "profiles" or len(path) == 1}
    lost = {path[1] for path in paths if path[0] == "profiles" and len(path) > 1}
    left = {key: value for key, value in table.items() if key not in gone}
    if isinstance(profiles := left.get("profiles"), dict):
        left["profiles"] = {name: each for name, each in profiles.items() if name not in lost}
    return left
