"""Offline work of commands: what is kept here, its age, and the offer of it without a server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tui.cli.output import narrate
from tui.errors import NotFound, Unreachable

if TYPE_CHECKING:
    from tui.conversation import Connection
    from tui.model import Message

Command = TypeVar("Command", bound=Callable[..., Any])


def offline_option(command: Command) -> Command:
    """Let `--offline` ask no server."""
    return click.option("--offline", is_flag=True, help="Take what is kept here; ask no server.")(
        command
    )


@contextmanager
def offering(does: str) -> Iterator[None]:
    """Tell whoever cannot reach the server what --offline `does` with what is kept here."""
    try:
        yield
    except Unreachable as error:
        error.hint = f"--offline {does} what is kept here. {error.hint}".rstrip()
        raise


def tell_age(connection: Connection, read_at: datetime | None) -> None:
    """Say when what is kept here was read; `None` for never."""
    if read_at is None:
        narrate(f"No session is kept here yet{how_to_fill(connection)}.")
    else:
        narrate(f"From what is kept here, read by {read_at.astimezone():%Y-%m-%d %H:%M}.")


def how_to_fill(connection: Connection) -> str:
    """Return the end of a sentence that says what copies sessions here, if anything can.

    Where the file fails, what to do about that was told.
    """
    return "; runnel sync copies sessions here" if connection.store.is_lasting else ""


async def kept_messages(connection: Connection, session_id: str) -> tuple[Message, ...]:
    """Return the messages of a session that are kept here, and tell of what time.

    Raises:
        NotFound: there are none.
    """
    conversation = connection.conversation(session_id)
    await conversation.load()
    if not conversation.messages:
        raise NotFound(
            f"Nothing of a session {session_id} is kept here.",
            hint="runnel sync copies sessions here.",
        )
    if (read_at := conversation.stored.read_at) is not None:
        tell_age(connection, read_at)
    return conversation.messages
