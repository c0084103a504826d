"""`runnel profiles`: what is configured."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from tui.cli.options import json_option, profile_option
from tui.cli.output import narrate, warn, write_columns, write_json
from tui.safe_text import clean_line

if TYPE_CHECKING:
    from tui.model import Profile


@click.command
@json_option("one JSON array")
@profile_option
def profiles(as_json: bool, profile: str) -> None:
    """List the profiles, and say where they are configured.

    The one used by default is marked with *.

    Example: runnel profiles --json
    """
    from tui.settings import checked_settings, read_source
    from tui.wiring.connections import Wiring

    source = read_source()
    settings = checked_settings(source)
    for notice in source.file.notices:
        warn(notice)
    wiring = Wiring(settings, profile=profile)
    path = source.file.path
    file = clean_line(str(path))
    if wiring.embedded:
        narrate(f"No profiles yet. runnel setup adds one to {file}.")
    elif path.exists():
        narrate(f"Configured in {file}.")
    else:
        narrate(f"Configured in the environment; there is no {file}.")
    if as_json:
        _write_records(wiring.profiles, wiring.first_profile)
    else:
        _write_table(wiring.profiles, wiring.first_profile)


def _write_records(profiles: Iterable[Profile], default: str) -> None:
    write_json(
        [
            {
                "name": each.name,
                "api": each.api,
                "base_url": each.base_url or None,
                "embedded": each.embedded,
                "default": each.name == default,
            }
            for each in profiles
        ],
        indent=2,
    )


def _write_table(profiles: Iterable[Profile], default: str) -> None:
    write_columns(
        [
            (
                "*" if each.name == default else " ",
                each.name,
                each.api,
                each.base_url or "embedded server",
            )
            for each in profiles
        ]
    )
