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
        left = [_without(paths, each) for each in (environment, file)]
        # a problem of nothing that stands here would be told for ever
        environment, file = left if left != [environment, file] else ({}, {})
    default = settings.default_profile
    if default and default not in (settings.profiles or EMBEDDED_PROFILES) and default not in names:
        wrong.append(problems.unknown_default(settings))
    wrong += problems.unknown_queries(settings)
    return settings, wrong


_OF_NAMES = ("profiles", "keys", "queries")
"""Tables in which each name stands for itself."""


def _without(paths: Iterable[tuple[str, ...]], table: Table) -> Table:
    """Return a table without the profiles, keys and queries that problems are about."""
    left = {**table}
    for path in paths:
        inner = left.get(path[0]) if path else None
        if len(path) > 1 and path[0] in _OF_NAMES and isinstance(inner, dict):
            left[path[0]] = {name: each for name, each in inner.items() if name != path[1]}
        else:
            left.pop(path[0] if path else "", None)
    return left
