"""Titles of listed sessions where a server has none: first questions, as far as a wait allows."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from tui.cli.output import narrate
from tui.conversation import Connection
from tui.errors import RunnelError
from tui.formatting.counts import counted
from tui.model import Session
from tui.store import digest_of
from tui.values import replace

MOST_READ = 30
"""Histories that are read for their questions, the newest."""
LONGEST_S = 3.0
"""So long a list waits for that."""


async def titled(connection: Connection, listed: Sequence[Session]) -> Sequence[Session]:
    """Return the sessions with the titles that can be told soon; say how many have none."""
    reader = connection.title_reader
    reader.look_at([each.id for each in listed[:MOST_READ]])
    named = [connection.known_session(each.id) or each for each in listed]
    # the list is there: whatever else fails, or takes long, is no reason to show none
    with suppress(RunnelError, TimeoutError):
        async with asyncio.timeout(LONGEST_S):
            for place, session in enumerate(named[:MOST_READ]):
                if not reader.may_read(session.id):
                    break
                if not _has_name(session):
                    named[place] = await _named(connection, session)
    untold = [each for each in named if not _has_name(each)]
    forgotten = sum(map(connection.local.is_forgotten, untold))
    if left := len(untold) - forgotten:
        narrate(f"{counted(left, 'session')} without a title: runnel sync reads what was asked.")
    if forgotten:
        told = f"{counted(forgotten, 'session')} forgotten here: runnel sync --all copies"
        narrate(f"{told} {'it' if forgotten == 1 else 'them'} again.")
    return named


def _has_name(session: Session) -> bool:
    return bool(session.title or session.preview)


async def _named(connection: Connection, session: Session) -> Session:
    if connection.known_session(session.id) is not None:
        await connection.title_reader.read(session.id)
        return connection.known_session(session.id) or session
    # of a part of the list nothing is kept
    with connection.backend.traffic.unhurried():
        messages = await connection.backend.messages(session.id, connection.bot_id)
    return replace(session, title=digest_of(messages).first_question)
