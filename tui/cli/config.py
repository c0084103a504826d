"""`runnel config`: where the configuration is, what it holds, what is wrong with it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from tui.cli.options import Options, json_option, profile_option
from tui.cli.output import narrate, warn, write, write_columns, write_json
from tui.errors import SettingsError
from tui.safe_text import JsonValue, clean_line

if TYPE_CHECKING:
    from tui.settings.error_messages import Problem
    from tui.settings.origins import Origin, ToldSetting
    from tui.settings.sources import ConfigFile


@click.group(short_help="Show or check the configuration.")
def config() -> None:
    """Tell where the configuration is, what it holds, and what is wrong with it.

    Example: runnel config check
    """


@config.command
def path() -> None:
    """Print the path of the configuration file, there or not.

    Example: $EDITOR "$(runnel config path)"
    """
    from tui.settings.sources import config_path, data_folder, state_folder

    file = config_path()
    if not file.exists():
        narrate("There is no such file yet.")
    write(f"{clean_line(str(file), 4_000)}\n")
    sessions, choices = (clean_line(str(each), 4_000) for each in (data_folder(), state_folder()))
    if sessions == choices:
        narrate(f"Sessions and what you choose are kept in {sessions}.")
    else:
        narrate(f"Sessions are kept in {sessions}, themes and secrets in {choices}.")


@config.command
@json_option("one JSON array")
@profile_option
@click.pass_obj
def show(options: Options, as_json: bool, profile: str) -> None:
    """Print every setting, its value, and where that comes from. Secrets are masked.

    Of a command that prints a secret only the program is told, and that if it is here.

    Example: runnel config show --json
    """
    from tui.cli.completers import default_profile
    from tui.cli.saved_places import saved_places
    from tui.settings.appearance import appearance_of
    from tui.settings.checking import settings_or_problems
    from tui.settings.origins import told_settings
    from tui.settings.sources import read_source
    from tui.store.choices import in_force
    from tui.store.choices_file import ChoicesFile
    from tui.ui.themes.catalogue import DEFAULT_THEME

    source = read_source()
    given = {"default_profile": profile, "theme": options.theme or "", "link": options.link or ""}
    theme = ChoicesFile(source.state_folder, warn).theme
    chosen = in_force(theme, appearance_of(source).configured_theme)
    told = told_settings(
        source,
        {key: value for key, value in given.items() if value},
        {"theme": DEFAULT_THEME, "default_profile": default_profile(source)},
        asyncio.run(saved_places(source, settings_or_problems(source))),
        {"theme": chosen} if chosen else {},
    )
    narrate(_place_line(source.file))
    if as_json:
        write_json([_record(each) for each in told], indent=2)
    else:
        write_columns([(each.key, _shown(each.value), _origin(each.origin)) for each in told])


@config.command(short_help="Print every problem with its line and column.")
def check() -> None:
    """Check the configuration as a whole, and print every problem with its line and column.

    The exit code is 0 when there is none, and 2 as for every other command when there are.

    Example: runnel config check && runnel
    """
    from tui.settings.sources import read_source
    from tui.wiring.config_check import config_problems

    try:
        source = read_source()
    except SettingsError as error:
        write(f"{error.sentence}\n")
        narrate(error.hint)
        raise click.exceptions.Exit(error.exit_code) from None
    narrate(_place_line(source.file))
    for notice in source.file.notices:
        warn(notice)
    problems = config_problems(source)
    for problem in problems:
        write(f"{problem_line(problem)}\n")
    if problems:
        raise click.exceptions.Exit(SettingsError.exit_code)
    narrate("Nothing is wrong with it.")


def problem_line(problem: Problem) -> str:
    """Return a problem behind its place in the file, where it has one."""
    if problem.place is None:
        return problem.sentence
    return f"line {problem.place.line}, column {problem.place.column}: {problem.sentence}"


def _place_line(file: ConfigFile) -> str:
    shown = clean_line(str(file.path), 4_000)
    return f"The file is {shown}." if file.path.exists() else f"There is no file {shown}."


def _shown(value: str | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value or "-"


def _origin(origin: Origin) -> str:
    from tui.settings import origins

    match origin:
        case origins.FromDefault():
            return "default"
        case origins.FromChoice():
            return "chosen in the app"
        case origins.FromFile(place):
            return "file" if place is None else f"line {place.line}"
        case origins.FromVariable(name) | origins.FromOption(name) | origins.FromSaved(name):
            return name


def _record(setting: ToldSetting) -> JsonValue:
    from tui.settings import origins

    record: dict[str, JsonValue] = {"key": setting.key, "value": setting.value}
    match setting.origin:
        case origins.FromDefault():
            return {**record, "origin": "default"}
        case origins.FromChoice():
            return {**record, "origin": "choice"}
        case origins.FromFile(place):
            line, column = (place.line, place.column) if place is not None else (None, None)
            return {**record, "origin": "file", "line": line, "column": column}
        case origins.FromVariable(name):
            return {**record, "origin": "variable", "name": name}
        case origins.FromOption(name):
            return {**record, "origin": "option", "name": name}
        case origins.FromSaved(place):
            return {**record, "origin": "saved", "place": place}
