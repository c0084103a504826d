"""`runnel messages`: one session, read from the server."""

from __future__ import annotations

import asyncio

import click

from tui.cli.options import json_option, open_connection, profile_option
from tui.cli.output import narrate, write, write_json
from tui.cli.records import message_record
from tui.cli.transcript import transcript
from tui.model import Message


@click.command
@click.argument("session")
@json_option("one JSON array, each message with its parts")
@profile_option
def messages(session: str, as_json: bool, profile: str) -> None:
    """Print the messages of a SESSION, given by its id, oldest first.

    Example: runnel messages 5f1d0a6c --json
    """
    history = asyncio.run(_messages(profile, session))
    if as_json:
        write_json([message_record(each) for each in history], indent=2)
    elif history:
        write(transcript(history))
    else:
        narrate("Nobody has written in this session yet.")


async def _messages(profile: str, session_id: str) -> tuple[Message, ...]:
    async with open_connection(profile) as connection:
        return await connection.conversation(session_id).reread()
