"""Origins of settings: each value with where it comes from, secrets masked."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from tui.safe_text import SafeText, clean_line
from tui.settings.profiles import PROFILE_MODELS, defaults_of
from tui.settings.sealed import Sealed
from tui.settings.sources import ConfigSource, value_at, variable_name, without_rivals
from tui.settings.values import Settings
from tui.toml_places import Path, Place, places_of

MASK = "•••"
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.I)


class FromDefault(Struct, frozen=True):
    """Nobody set it."""


class FromFile(Struct, frozen=True):
    place: Place | None
    """`None` where no line tells it."""


class FromVariable(Struct, frozen=True):
    name: SafeText


class FromOption(Struct, frozen=True):
    name: str


class FromSaved(Struct, frozen=True):
    """It was kept when a person told it."""

    place: SafeText


class FromChoice(Struct, frozen=True):
    """A person picked it in the app."""


Origin = FromDefault | FromFile | FromVariable | FromOption | FromSaved | FromChoice


class ToldSetting(Struct, frozen=True):
    """One setting as it may be shown to anybody."""

    path: Path
    value: str | bool
    """Safe to draw. A secret is `MASK`, and of a command only a program that is there."""
    origin: Origin

    @property
    def key(self) -> SafeText:
        return clean_line(".".join(self.path))


def told_settings(
    source: ConfigSource,
    options: Mapping[str, str],
    defaults: Mapping[str, str],
    saved: Mapping[str, SafeText],
    chosen: Mapping[str, str],
) -> list[ToldSetting]:
    """Return all settings, checked or not, those of each profile after those for all.

    `options` are the values of the command line by setting, `defaults` what stands in where a
    setting for all has no value, `saved` the places of secrets that were kept, by profile, `chosen`
    what was picked in the app in place of what is configured. Of what nobody knows the value is
    masked: it may be a misspelt secret.
    """
    return [*_Telling(source, saved).told(options, defaults, chosen)]


class _Telling:
    def __init__(self, source: ConfigSource, saved: Mapping[str, SafeText]) -> None:
        self._saved = saved
        self._environment = source.environment
        self._file = without_rivals(source.file.table, source.environment)
        self._places = places_of(source.file.text)

    def told(
        self, options: Mapping[str, str], defaults: Mapping[str, str], chosen: Mapping[str, str]
    ) -> Iterator[ToldSetting]:
        defaults_there = defaults_of(Settings)
        known = {
            key: each for key, each in defaults_there.items() if key not in ("keys", "profiles")
        }
        for key in dict.fromkeys([*known, *self._keys(())]):
            if key in options:
                value = _told(key, options[key], known.get(key))
                yield ToldSetting((key,), value, FromOption(f"--{_OPTIONS.get(key, key)}"))
            elif key in chosen:
                yield ToldSetting((key,), _told(key, chosen[key], known.get(key)), FromChoice())
            elif key not in ("keys", "profiles"):
                setting = self._setting((key,), known)
                is_unset = setting.value == "" and key in defaults
                yield ToldSetting((key,), defaults[key], FromDefault()) if is_unset else setting
        for action in self._keys(("keys",)):
            yield self._setting(("keys", action), {action: ""})
        for name in self._keys(("profiles",)):
            yield from self._profile(("profiles", name))

    def _profile(self, above: Path) -> Iterator[ToldSetting]:
        api, _ = self._value((*above, "api"))
        model = PROFILE_MODELS.get(api) if isinstance(api, str) else None
        known = {} if model is None else defaults_of(model)
        order = ["api", *(key for key in known if not isinstance(known[key], bool)), *known]
        for key in dict.fromkeys([*order, *self._keys(above)]):
            setting = self._setting((*above, key), {"api": "", **known})
            is_secret = isinstance(known.get(key), Sealed) and key != "proxy"
            if is_secret and not setting.value and above[-1] in self._saved:
                yield ToldSetting(setting.path, MASK, FromSaved(self._saved[above[-1]]))
            else:
                yield setting

    def _setting(self, path: Path, known: Mapping[str, Any]) -> ToldSetting:
        value, origin = self._value(path)
        key = path[-1]
        if isinstance(origin, FromDefault):
            value = known.get(key, "")
            value = value.reveal() if isinstance(value, Sealed) else value
            value = value if isinstance(value, str | bool) else ""
        if key not in known:
            return ToldSetting(path, MASK, origin)
        return ToldSetting(path, _told(key, value, known[key]), origin)

    def _value(self, path: Path) -> tuple[object, Origin]:
        if (value := value_at(self._environment, path)) is not None:
            return value, FromVariable(clean_line(variable_name(path)))
        if (value := value_at(self._file, path)) is not None:
            return value, FromFile(self._places.get(path))
        return None, FromDefault()

    def _keys(self, above: Path) -> list[str]:
        found = (value_at(table, above) for table in (self._file, self._environment))
        keys = dict.fromkeys(key for table in found if isinstance(table, dict) for key in table)
        return [*keys]


_OPTIONS = {"default_profile": "profile"}
"""Setting -> option of another name."""


def _told(key: str, value: object, default: object) -> str | bool:
    """Return a value as it may be shown; `default` says by its kind whether it is a secret."""
    if isinstance(value, bool):
        return value
    if value is None or value == "":
        return ""
    text = value if isinstance(value, str) else type(value).__name__
    if key == "proxy" or key == "base_url":
        return clean_line(without_user(text))
    if isinstance(default, Sealed):
        return MASK
    if key.endswith("_command"):
        return _program(text)
    return clean_line(text)


def without_user(address: str) -> str:
    """Return an address with a mask for the name and password in it."""
    before, mark, host = address.rpartition("@")
    scheme = _SCHEME.match(before)
    return f"{scheme[0] if scheme else ''}{MASK}@{host}" if mark else address


def _program(command: str) -> str:
    # an argument may be the secret itself, and so may all of it be that stands here by mistake
    try:
        words = shlex.split(command)
    except ValueError:
        return MASK
    if not words or shutil.which(words[0]) is None:
        return MASK
    return " ".join([clean_line(words[0], 100), *[MASK] * (len(words) > 1)])
