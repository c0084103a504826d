"""`runnel doctor`: one page about this installation, to be read or pasted into a report."""

from __future__ import annotations

import asyncio

import click

from tui.cli.chat_lines import columns
from tui.cli.options import profile_option
from tui.cli.output import narrate, write

_LEAST_COLUMNS = 20


@click.command(short_help="Look for what is wrong, and print a page for a report.")
@click.option("--keys", is_flag=True, help="Ask for keys, and show what the terminal sends.")
@profile_option
def doctor(keys: bool, profile: str) -> None:
    """Look at versions, terminal, configuration, network and clock, and print one page.

    The page holds no secrets, no e-mail addresses and no message text; the addresses of servers
    stay in it. Nobody is signed in: each server is asked for one page. In a pipe nothing is asked
    of the terminal. The exit code is 2 when the configuration cannot be used, 1 when something else
    is wrong, and 0 when nothing is.

    \b
    Examples:
      runnel doctor --profile work
      runnel doctor > report.txt
    """
    from tui.cli import doctor_sections, doctor_terminal

    sections = [doctor_sections.versions(), doctor_terminal.terminal()]
    if keys:
        sections.append(doctor_terminal.pressed_keys())
    configuration, source, settings = doctor_sections.configuration()
    sections.append(configuration)
    if source is not None and settings is not None:
        narrate("Asking the servers …")
        sections += asyncio.run(doctor_sections.servers(source, settings, profile))
    write(fitted(doctor_sections.page(sections, settings), columns()))
    code = doctor_sections.exit_code(sections)
    if code:
        raise click.exceptions.Exit(code)


def fitted(page: str, columns: int) -> str:
    """Return a page with its long lines cut between words, and the rest of each set in."""
    from tui.formatting.readable import wrapped

    rows: list[str] = []
    for line in page.splitlines():
        first, *rest = wrapped(line[2:], max(_LEAST_COLUMNS, columns - 4) if columns else 0)
        rows += [f"{line[:2]}{first}", *(f"    {each}" for each in rest)]
    return "\n".join(rows) + "\n"
