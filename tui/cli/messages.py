"""`runnel messages`: one session, read from the server or from what is kept here."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING

import click

from tui.cli import completers
from tui.cli.connecting import open_connection
from tui.cli.offline import kept_messages, offering, offline_option
from tui.cli.options import json_option, output_option, profile_option
from tui.cli.output import narrate, write, write_json
from tui.cli.transcript import transcript
from tui.formatting.records import message_record
from tui.model import Message, Session
from tui.values import replace

if TYPE_CHECKING:
    from tui.conversation import Connection

_NOTHING = "Nobody has written in this session yet."


@click.command(short_help="Print the messages of a SESSION, oldest first.")
@click.argument("session", shell_complete=completers.sessions)
@click.option("--plain", is_flag=True, help="Print no more than who said what, as plain text.")
@offline_option
@output_option("the messages")
@json_option("one JSON array, each message with its parts")
@profile_option
def messages(session: str, plain: bool, offline: bool, as_json: bool, profile: str) -> None:
    """Print the messages of a SESSION, given by its id, oldest first.

    What is read of one that was forgotten here is not kept.

    Example: runnel messages 5f1d0a6c --json
    """
    if plain and as_json:
        raise click.UsageError("--plain and --json cannot be combined.")
    if plain:
        _show_plain(*asyncio.run(_plain_text(profile, session, offline=offline)))
        return
    history, of_customers = asyncio.run(_messages(profile, session, offline=offline))
    if as_json:
        write_json([message_record(each) for each in history], indent=2)
    else:
        write(transcript(history, of_customers=of_customers))
        if not history:
            narrate(_NOTHING)


async def _messages(
    profile: str, session_id: str, *, offline: bool
) -> tuple[tuple[Message, ...], bool]:
    """Return the messages, and whether customers of a bot asked in it."""
    async with open_connection(profile, needs_kept=offline) as connection:
        of_customers = connection.backend.capabilities.operators
        if offline:
            return await kept_messages(connection, session_id), of_customers
        with offering("prints"):
            return await _read(connection, session_id), of_customers


async def _read(connection: Connection, session_id: str) -> tuple[Message, ...]:
    """Return the messages of a session as the server has them, with those that only we know.

    Raises:
        NotFound: there is no such session.
    """
    from tui.conversation.session_reading import SessionReader, Unread, Whole

    await connection.load()
    # one that was gone may be there again
    known = connection.known_session(session_id) or Session(session_id)
    async with aclosing(SessionReader(connection).read([replace(known, gone_at=None)])) as reading:
        async for read in reading:
            match read:
                case Whole(_, messages):
                    return messages
                case Unread(_, error):
                    raise error
    return ()


async def _plain_text(profile: str, session_id: str, *, offline: bool) -> tuple[str, bool]:
    """Return the text, and whether it is all that can be had of it."""
    from tui.conversation.plain_text import plain_text
    from tui.formatting.plain_text import plain_text_of

    async with open_connection(profile, needs_kept=offline) as connection:
        if offline:
            return plain_text_of(await kept_messages(connection, session_id)), True
        with offering("prints"):
            return await plain_text(connection.backend, session_id)


def _show_plain(text: str, is_all: bool) -> None:
    if not text:
        narrate(_NOTHING)
    elif not is_all:
        narrate("This server exports no plain text: it is made here from the messages.")
    write(text if not text or text.endswith("\n") else f"{text}\n")
