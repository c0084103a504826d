"""Plain reading of settings: without the library that checks them, where each is plainly right.

That library takes longer to import than all else that goes before a first question. What is read
here it would read the same way; whatever it might refuse, or make something else of, is left to it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from inspect import get_annotations
from types import SimpleNamespace
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from tui.settings.embedded import EMBEDDED_PROFILES
from tui.settings.profiles import PROFILE_MODELS, ProfileSettings, defaults_of, is_profile_name
from tui.settings.sealed import Sealed
from tui.settings.sources import ConfigSource, Table, without_rivals
from tui.settings.values import Settings


def plain_settings(source: ConfigSource) -> Settings | None:
    """Return the settings that stand in `source`, `None` where that is not plain to see."""
    file = without_rivals(source.file.table, source.environment)
    try:
        settings = _settings(_merged(source.environment, file))
    except (KeyError, TypeError, ValueError):
        # an unknown key, a missing value, a wrong one: what it is, the check of all tells
        return None
    if settings.notifying and {*settings.notifying} - {*settings.saved_names}:
        return None
    default = settings.default_profile
    return settings if not default or default in (settings.profiles or EMBEDDED_PROFILES) else None


def _merged(nearer: Table, farther: Table) -> Table:
    """Return a table with the values of both, where those of the nearer one go before."""
    merged = {**farther, **nearer}
    for key in nearer.keys() & farther.keys():
        if isinstance(nearer[key], dict) and isinstance(farther[key], dict):
            merged[key] = _merged(nearer[key], farther[key])
    return merged


def _settings(table: Table) -> Settings:
    values = {**table}
    profiles, keys = values.pop("profiles", {}), values.pop("keys", {})
    if not isinstance(profiles, dict) or not isinstance(keys, dict):
        raise TypeError
    return Settings(
        **_values(Settings, values),
        keys={action: _value(str, key) for action, key in keys.items()},
        profiles={name: _profile(name, each) for name, each in profiles.items()},
    )


def _profile(name: str, table: Table) -> ProfileSettings:
    if not is_profile_name(name):
        raise ValueError
    return profile_from(table)


def profile_from(table: Mapping[str, Any]) -> ProfileSettings:
    """Return the settings of a profile that stand in a table.

    Raises:
        KeyError, TypeError, ValueError: they are not plainly right.
    """
    kind = PROFILE_MODELS[table["api"]]
    return kind(**_values(kind, table))


def _values(kind: type, table: Mapping[str, Any]) -> Mapping[str, Any]:
    known = defaults_of(kind)
    if unknown := table.keys() - known.keys():
        raise KeyError(unknown)
    return {key: _value(_form(kind, key), value) for key, value in table.items()}


def _form(kind: type, key: str) -> Any:
    """Return the type of one setting: to find out those of all takes longer than to read a few."""
    owner = next(each for each in kind.__mro__ if key in get_annotations(each))
    told = SimpleNamespace(__annotations__={key: get_annotations(owner)[key]})
    return get_type_hints(told, vars(sys.modules[owner.__module__]), include_extras=True)[key]


def _value(form: Any, value: object) -> Any:
    """Return a value of the form that a setting has.

    Raises:
        ValueError: it has another one, or the form is none that is read here.
    """
    if get_origin(form) is Annotated:
        plain, *rules = get_args(form)
        text = _value(plain, value)
        for rule in rules:
            rule.check(text)
        return text
    if form is bool and isinstance(value, bool):
        return value
    if isinstance(value, str):
        # the environment may hold what is no text, which has no UTF-8
        value.encode()
        if form is Sealed:
            return Sealed(value)
        if form is str or (get_origin(form) is Literal and value in get_args(form)):
            return value
    raise ValueError
