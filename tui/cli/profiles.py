"""`runnel profiles`: what is configured."""

from __future__ import annotations

import click

from tui.cli.options import json_option, profile_option
from tui.cli.output import narrate, warn, write_columns, write_json
from tui.safe_text import clean_line


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
    wiring = Wiring(checked_settings(source), profile=profile)
    for notice in source.file.notices:
        warn(notice)
    path = source.file.path
    file = clean_line(str(path))
    if wiring.embedded:
        narrate(f"No profile is configured; they go into {file}.")
    elif path.exists():
        narrate(f"Configured in {file}.")
    else:
        narrate(f"Configured in the environment; there is no {file}.")
    if as_json:
        write_json(
            [
                {
                    "name": each.name,
                    "api": each.api,
                    "base_url": each.base_url or None,
                    "embedded": each.embedded,
                    "default": each.name == wiring.first_profile,
                }
                for each in wiring.profiles
            ],
            indent=2,
        )
        return
    write_columns(
        [
            (
                "*" if each.name == wiring.first_profile else " ",
                each.name,
                each.api,
                each.base_url or "embedded server",
            )
            for each in wiring.profiles
        ]
    )
