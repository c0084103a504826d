"""`runnel setup`: the form that adds a server, and the app on it."""

from __future__ import annotations

import click

from tui.cli.options import Options
from tui.cli.output import narrate


@click.command
@click.pass_obj
def setup(options: Options) -> None:
    """Add a server in three steps, and open the app on it.

    Asks for the host, for the key or for e-mail and password, unseen and checked at once, and for
    the chatbot or model. The profile is written into the configuration file, whose comments and
    order stay, and the secret where you say. F4 in the app does the same.

    Example: runnel setup
    """
    from tui.cli import INTERRUPTED
    from tui.cli.app import check_terminal, run_app

    check_terminal(
        "Without one, write a profile into the file that runnel config path names, and its key or"
        " password into a variable, as RUNNEL_PROFILES__WORK__TOKEN."
    )
    try:
        run_app(options, demo=False, setup=True)
    except click.exceptions.Exit as end:
        if end.exit_code == INTERRUPTED:
            narrate("Nothing was added.")
        raise
