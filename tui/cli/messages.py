"""`runnel messages`: one session, read from the server."""

from __future__ import annotations

import asyncio

import click

from tui.cli import completers
from tui.cli.connecting import open_connection
from tui.cli.options import json_option, output_option, profile_option
from tui.cli.output import narrate, write, write_json
from tui.cli.transcript import transcript
from tui.formatting.records import message_record
from tui.model import Message

_NOTHING = "Nobody has written in this session yet."


@click.command
@click.argument("session", shell_complete=completers.sessions)
@click.option("--plain", is_flag=True, help="Print no more than who said what, as plain text.")
@output_option("the messages")
@json_option("one JSON array, each message with its parts")
@profile_option
def messages(session: str, plain: bool, as_json: bool, profile: str) -> None:
    """Print the messages of a SESSION, given by its id, oldest first.

    Example: runnel messages 5f1d0a6c --json
    """
    if plain and as_json:
        raise click.UsageError("--plain and --json cannot be combined.")
    if plain:
        _show_plain(*asyncio.run(_plain_text(profile, session)))
        return
    history = asyncio.run(_messages(profile, session))
    if as_json:
        write_json([message_record(each) for each in history], indent=2)
    else:
        write(transcript(history))
        if not history:
            narrate(_NOTHING)


async def _messages(profile: str, session_id: str) -> tuple[Message, ...]:
    async with open_connection(profile) as connection:
        return await connection.conversation(session_id).reread()


async def _plain_text(profile: str, session_id: str) -> tuple[str, bool]:
    from tui.conversation.plain_text import plain_text

    async with open_connection(profile) as connection:
        return await plain_text(connection.backend, session_id)


def _show_plain(text: str, is_servers: bool) -> None:
    if not text:
        narrate(_NOTHING)
    elif not is_servers:
        narrate("This server exports no plain text: it is made here from the messages.")
    write(text if not text or text.endswith("\n") else f"{text}\n")
