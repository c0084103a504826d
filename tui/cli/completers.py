"""Completion values for the shell: profiles, themes and sessions, from this machine alone.

Nothing here asks a server, opens the keyring or runs a command: whoever presses Tab waits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from click.shell_completion import CompletionItem

    from tui.settings.sources import ConfigSource

COMPLETE_VARIABLE = "_RUNNEL_COMPLETE"
"""Set by a shell that wants something completed, and named as `click` names it."""


def profiles(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the configured profiles, else those on the embedded server, with their APIs."""
    from tui.settings.sources import read_source

    is_demo = context.info_name == "demo"
    return _items(_profiles(None if is_demo else read_source()), incomplete)


def themes(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the themes that come with Runnel and with Textual, and a person's own."""
    from tui.settings.sources import read_source
    from tui.ui.themes.catalogue import AUTO, ThemeCatalogue

    catalogue = ThemeCatalogue(read_source().folder / "themes", few_colours=False)
    return _items(dict.fromkeys([AUTO, *catalogue.names], ""), incomplete)


def sessions(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the sessions of the profile that were listed here last, newest first."""
    from datetime import datetime

    from tui.formatting.times import relative_time
    from tui.settings.sources import read_source
    from tui.store.session_ids import SESSION_IDS_FILE, SessionIdFile

    source = read_source()
    profile = _asked_profile(context) or default_profile(source)
    listed = SessionIdFile(source.state_folder / SESSION_IDS_FILE).load(profile)
    now = datetime.now().astimezone()
    helps = {key: relative_time(then, now) if then else "" for key, then in listed}
    return _items(helps, incomplete)


def queries(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the filters that begin in this way, or the values of one, as far as they are fixed."""
    from tui.query.completion import completions

    offered = completions(incomplete, len(incomplete), {})
    begun = incomplete[: offered.start]
    return _items({f"{begun}{each}": "" for each in offered.candidates}, incomplete)


def sessions_or_queries(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return sessions and filters, the sessions first."""
    listed = sessions(context, parameter, incomplete)
    return [*listed, *queries(context, parameter, incomplete)]


def files(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Have the shell complete the name of a file."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


def tapes(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the tapes that come with Runnel, and have the shell complete the name of a file."""
    from tui.tapes.packaged import packaged_names

    packaged = _items(dict.fromkeys(packaged_names(), ""), incomplete)
    return [*packaged, *files(context, parameter, incomplete)]


def _items(helps: Mapping[str, str], incomplete: str) -> list[CompletionItem]:
    """Return those of the values, each with its help, that begin in this way and may be typed."""
    from click.shell_completion import CompletionItem

    return [
        CompletionItem(value, help=text or None)
        for value, text in helps.items()
        if value.startswith(incomplete) and is_typable(value)
    ]


def is_typable(value: str) -> bool:
    """Say whether a value stands for itself on a command line: no control, and no option."""
    from tui.safe_text import clean_line

    return bool(value) and not value.startswith("-") and clean_line(value) == value


def _asked_profile(context: click.Context) -> str:
    """Return the profile named on the command line, after the command or before it."""
    contexts: Iterable[click.Context | None] = (context, context.parent)
    names = [each.params.get("profile") for each in contexts if each is not None]
    return next((name for name in names if name), "")


def default_profile(source: ConfigSource) -> str:
    """Return the profile that is used unless told otherwise, without checking the settings."""
    named = source.environment.get("default_profile") or source.file.table.get("default_profile")
    return named if isinstance(named, str) else next(iter(_profiles(source)), "")


def _profiles(source: ConfigSource | None) -> Mapping[str, str]:
    """Return name -> API of the configured profiles, of the embedded ones for `None`."""
    from tui.settings.embedded import EMBEDDED_PROFILES
    from tui.settings.sources import tables

    found: dict[str, str] = {}
    for table in (source.file.table, source.environment) if source is not None else ():
        for name, profile in tables(table.get("profiles")):
            found[name] = str(profile.get("api") or found.get(name, ""))
    return found or EMBEDDED_PROFILES
