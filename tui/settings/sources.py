"""Configuration file and environment as plain tables, read once at the start."""

from __future__ import annotations

import codecs
import os
import stat
from collections.abc import Iterator, Mapping, Set
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs
from msgspec import Struct, field

from tui.errors import SettingsError
from tui.file_reading import parse_toml, path_of, read_file
from tui.safe_text import SafeText, clean_line

if TYPE_CHECKING:
    from tui.toml_places import Place

MAX_CONFIG_BYTES = 1_000_000
CONFIG_VARIABLE = "RUNNEL_CONFIG"
DATA_VARIABLE = "RUNNEL_DATA_DIR"
"""Names the state folder."""
_PREFIX = "RUNNEL_"
_SEPARATOR = "__"
_NO_SETTINGS = (CONFIG_VARIABLE, DATA_VARIABLE)
_TABLES = {"profiles": ("NAME", "KEY"), "keys": ("ACTION",)}
_SECRETS = ("token", "password")
_PROXY = "proxy"

# of each pair only one may have a value, so one from nearer hides the other from farther away
RIVALS = {
    "token": "token_command",
    "token_command": "token",
    "password": "password_command",
    "password_command": "password",
    "base_url": "host",
    "host": "base_url",
}

Table = dict[str, Any]


class ConfigFile(Struct, frozen=True):
    """`config.toml` as read; `table` is empty when there is none."""

    path: Path
    table: Table = field(default_factory=dict)
    text: str = ""
    readable_by_others: bool = False
    has_bom: bool = False

    def __repr__(self) -> str:
        # what stands in it may be secret
        return f"ConfigFile({str(self.path)!r})"

    @property
    def name(self) -> str:
        return clean_line(self.path.name)

    @property
    def hint(self) -> str:
        return f"The file is {clean_line(str(self.path))}."

    def hint_at(self, place: Place | None) -> str:
        """Say where in the file something stands, as well as that is known."""
        if place is None:
            return self.hint
        return f"Line {place.line}, column {place.column} of {clean_line(str(self.path))}."

    @property
    def notices(self) -> tuple[str, ...]:
        """A warning when others can read a secret in the file."""
        exposed = [
            f"[profiles.{clean_line(name)}] {key}"
            for name, profile in tables(self.table.get("profiles"))
            for key in (*_SECRETS, _PROXY)
            if _holds_secret(key, profile.get(key))
        ]
        exposed += [_PROXY] * _holds_secret(_PROXY, self.table.get(_PROXY))
        if not exposed or not self.readable_by_others:
            return ()
        path = clean_line(str(self.path))
        return (f"Others on this machine can read {exposed[0]} in {path}: run chmod 600 on it.",)


class ConfigSource(Struct, frozen=True):
    """Everything that settings come from, but for the command line."""

    file: ConfigFile
    environment: Table
    """Shaped like the file; only what has a value."""
    state_folder: Path
    """Where Runnel keeps what it must remember from one start to the next."""
    data_folder: Path
    """Where the store is: sessions, drafts and all that is written."""

    @property
    def folder(self) -> Path:
        """Where the file stands, and a person's own themes."""
        return self.file.path.parent


def read_source() -> ConfigSource:
    """Read the file and the environment.

    Raises:
        SettingsError: one of them cannot be read at all.
    """
    file = read_config()
    return ConfigSource(file, read_environment(file), state_folder(), data_folder())


def state_folder() -> Path:
    """Return the folder that RUNNEL_DATA_DIR names, else the platform's, there or not.

    Raises:
        SettingsError: no folder can have that name.
    """
    return _named_folder() or platformdirs.user_state_path("runnel")


def data_folder() -> Path:
    """Return the folder that RUNNEL_DATA_DIR names, else the platform's, there or not.

    Raises:
        SettingsError: no folder can have that name.
    """
    return _named_folder() or platformdirs.user_data_path("runnel")


def _named_folder() -> Path | None:
    named = os.environ.get(DATA_VARIABLE, "")
    if not named:
        return None
    try:
        return path_of(named).absolute()
    except OSError as error:
        reason = clean_line(error.strerror or "unknown reason")
        raise SettingsError(f"{DATA_VARIABLE} names no folder: {reason}.") from None


def _holds_secret(key: str, value: object) -> bool:
    """Say whether a value is a secret, or for a proxy an address with a password in it."""
    return "@" in str(value) if key == _PROXY else bool(value)


def config_path() -> Path:
    """Return where the configuration file is looked for, whether or not it is there."""
    named = os.environ.get(CONFIG_VARIABLE, "")
    return Path(named) if named else platformdirs.user_config_path("runnel") / "config.toml"


def shown_path(path: Path) -> SafeText:
    """Return a path as a person writes it, with `~` for the home folder."""
    home = Path.home()
    is_at_home = path.is_relative_to(home) and home != Path(home.anchor)
    return clean_line(f"~/{path.relative_to(home)}" if is_at_home else str(path), 4_000)


def read_config() -> ConfigFile:
    """Read the file named by RUNNEL_CONFIG, else the one in the platform's config folder.

    Raises:
        SettingsError: the file cannot be read or is not TOML, or RUNNEL_CONFIG names none.
    """
    named = os.environ.get(CONFIG_VARIABLE, "")
    path = config_path()
    file = ConfigFile(path)
    try:
        if named:
            path = path_of(named)
            file = ConfigFile(path)
        content = read_file(path, MAX_CONFIG_BYTES)
        text = content.decode("utf-8-sig")
        readable_by_others = bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))
        has_bom = content.startswith(codecs.BOM_UTF8)
        return ConfigFile(path, parse_toml(text), text, readable_by_others, has_bom)
    except FileNotFoundError as error:
        if not named:
            return file
        raise SettingsError(
            f"{CONFIG_VARIABLE} names a file that does not exist: {clean_line(str(path))}.",
            hint=f"Make the file, or unset {CONFIG_VARIABLE}.",
        ) from error
    except OSError as error:
        reason = clean_line(error.strerror or "unknown reason")
        raise SettingsError(f"{file.name} cannot be read: {reason}.", hint=file.hint) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise SettingsError(f"{file.name}: line {line} is not UTF-8.", hint=file.hint) from None
    except ValueError as error:
        # from None: the traceback of the parser may hold a secret
        raise SettingsError(
            f"{file.name} is not valid TOML: {_toml_problem(error, text)}.", hint=file.hint
        ) from None


def read_environment(file: ConfigFile) -> Table:
    """Return what the environment sets, as a table shaped like the file; empty values count not.

    `PROFILES__MY_LAB` means the profile `my-lab` when `file` has that one and no `my_lab`:
    a shell cannot set a variable with a hyphen in its name.

    Raises:
        SettingsError: a variable stands where only a table can.
    """
    known = {name for name, _ in tables(file.table.get("profiles"))}
    environment: Table = {}
    for variable, value in sorted(os.environ.items()):
        if variable.startswith(_PREFIX) and variable not in _NO_SETTINGS and value:
            *above, key = _path_of(variable, known)
            table = environment
            for step in above:
                table = table.setdefault(step, {})
            table[key] = value
    return environment


def _path_of(variable: str, known_profiles: Set[str]) -> list[str]:
    top, *rest = variable.removeprefix(_PREFIX).lower().split(_SEPARATOR)
    names = _TABLES.get(top, ())
    if len(rest) < len(names):
        whole = _SEPARATOR.join([clean_line(variable), *names[len(rest) :]])
        raise SettingsError(
            f"{clean_line(variable)} cannot hold a table.",
            hint=f"Set one value at a time, as {whole}.",
        )
    if not names:
        return [_SEPARATOR.join([top, *rest])]
    last = len(names) - 1
    path = [top, *rest[:last], _SEPARATOR.join(rest[last:])]
    if top == "profiles" and path[1] not in known_profiles:
        alike = [name for name in known_profiles if name.replace("-", "_") == path[1]]
        path[1] = alike[0] if len(alike) == 1 else path[1]
    return path


def value_at(table: object, path: tuple[str, ...]) -> object:
    """Return what stands at a path in a table, `None` for nothing."""
    for step in path:
        table = table.get(step) if isinstance(table, dict) else None
    return table


def variable_name(path: tuple[str, ...]) -> str:
    """Return the environment variable that sets what stands at `path`."""
    return _PREFIX + _SEPARATOR.join(path).upper().replace("-", "_")


def without_rivals(file: Table, nearer: Table) -> Table:
    """Return `file` without the values that `nearer` replaces by another key of the same pair."""
    profiles = dict(tables(nearer.get("profiles")))
    if not isinstance(file.get("profiles"), dict):
        return file
    profiles_left = {
        name: {
            key: value
            for key, value in profile.items()
            if RIVALS.get(key) not in profiles.get(name, {})
        }
        if isinstance(profile, dict)
        else profile
        for name, profile in file["profiles"].items()
    }
    return {**file, "profiles": profiles_left}


def tables(value: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the named tables in a table; nothing when `value` is something else."""
    if isinstance(value, dict):
        yield from ((name, table) for name, table in value.items() if isinstance(table, dict))


def _toml_problem(error: ValueError, text: str) -> str:
    """Say what is wrong and where, also when the parser only says `at end of document`."""
    problem = clean_line(str(error)).rstrip(".")
    if problem.endswith("(at end of document)"):
        lines = text.split("\n")
        place = f"(at line {len(lines)}, column {len(lines[-1]) + 1})"
        problem = problem.replace("(at end of document)", place)
    return problem
