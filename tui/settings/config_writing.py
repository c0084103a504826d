"""Writing of the configuration file: a profile is added, and all the rest stays as it was written.

What is added stands at the end, so that no comment gets between a table and what it is about; only
a table in braces takes it in.
"""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tui import private_files
from tui.errors import SettingsError
from tui.file_reading import parse_toml
from tui.safe_text import clean_line
from tui.settings.checked import checked_settings
from tui.settings.profiles import ProfileSettings
from tui.settings.sources import ConfigFile, read_source
from tui.values import replace

_BOM = "\ufeff"
_HINT = "Nothing was written. runnel config check tells what is wrong: mend that, then try again."


@dataclass(frozen=True, slots=True)
class ConfigChange:
    """A configuration file with one more profile, before it is written."""

    path: Path
    text: str = field(repr=False)
    settings: ProfileSettings
    """Those of the new profile, as they will be read from now on."""

    def write(self) -> None:
        """Put the text in the place of the file, at once or not at all.

        Links are followed. A new file can be read by nobody else; another stays as it was.

        Raises:
            SettingsError: it cannot be written; the file is as it was.
        """
        try:
            path = self.path.resolve()
            mode = private_files.FILE_MODE
            if path.exists():
                status = path.stat()
                if not stat.S_ISREG(status.st_mode):
                    raise private_files.NotAFile("it is no ordinary file")
                mode = stat.S_IMODE(status.st_mode)
            private_files.replace(path, self.text.encode(), mode)
        except (OSError, RuntimeError) as error:
            # the second for links that lead in a circle
            reason = clean_line(getattr(error, "strerror", None) or "unknown reason")
            name = clean_line(self.path.name)
            raise SettingsError(
                f"{name} cannot be written: {reason}.",
                hint=f"The file is {clean_line(str(self.path))}.",
            ) from error


def change_adding(name: str, values: Mapping[str, str | bool]) -> ConfigChange:
    """Return the configuration file as it is now, with one more profile of these values.

    The first profile of all becomes the default one.

    Raises:
        SettingsError: the file, or the environment, cannot be used as it is; or there is a profile
            of that name by now.
    """
    try:
        source = read_source()
        settings = checked_settings(source)
    except SettingsError as error:
        raise SettingsError(error.sentence, hint=f"{error.hint} {_HINT}".strip()) from None
    if name in settings.profiles:
        raise SettingsError(f"There is a profile '{clean_line(name)}' already.")
    text = text_adding(source.file.text, name, values, is_first=not settings.profiles)
    file = ConfigFile(source.file.path, parse_toml(text), text)
    changed = checked_settings(replace(source, file=file))
    # it is read without the mark that some editors put before a text
    begins = _BOM if source.file.has_bom else ""
    return ConfigChange(file.path, begins + text, changed.profiles[name])


def text_adding(text: str, name: str, values: Mapping[str, str | bool], *, is_first: bool) -> str:
    """Return a TOML document with a profile more, named as the default one if it `is_first`.

    Raises:
        SettingsError: the document has a form that nothing can be added to.
    """
    # takes longer to import than the command line
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    line_end = "\r\n" if "\r\n" in text else "\n"
    try:
        added = _with_profile(text, name, values, line_end)
        if is_first:
            added = _with_default(added, name, line_end)
    except TOMLKitError:
        added = ""
    wanted = parse_toml(text)
    wanted.setdefault("profiles", {})[name] = dict(values)
    if is_first:
        wanted["default_profile"] = name
    if not _holds(added, wanted):
        written = tomlkit.dumps({"profiles": {name: dict(values)}})
        raise SettingsError(
            "This profile cannot be added to the configuration file as that is written.",
            hint=f"Add it by hand: {clean_line(written, 500)}",
        )
    return added


def _with_profile(text: str, name: str, values: Mapping[str, str | bool], line_end: str) -> str:
    import tomlkit
    from tomlkit.items import InlineTable

    document = tomlkit.parse(text)
    profiles = document.get("profiles")
    if isinstance(profiles, InlineTable):
        table = tomlkit.inline_table()
        table.update(dict(values))
        profiles[name] = table
        return document.as_string()
    section = tomlkit.dumps({"profiles": {name: dict(values)}}).replace("\n", line_end)
    if not text.strip():
        return text + section
    return text + ("" if text.endswith("\n") else line_end) + line_end + section


def _with_default(text: str, name: str, line_end: str) -> str:
    import tomlkit

    document = tomlkit.parse(text)
    if "default_profile" in document:
        # it may name one of the embedded server, which is there only as long as no other is
        document["default_profile"] = name
        return document.as_string()
    return f'default_profile = "{name}"{line_end}{"" if _begins_with_key(text) else line_end}{text}'


def _begins_with_key(text: str) -> bool:
    return not text.lstrip().startswith(("[", "#"))


def _holds(text: str, wanted: Mapping[str, Any]) -> bool:
    try:
        return parse_toml(text) == wanted
    except ValueError:
        return False
