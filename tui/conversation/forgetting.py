"""Forgetting of sessions on this machine: which of them a query finds, and what goes with them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from msgspec import Struct

from tui.conversation.connection import Connection
from tui.conversation.documents import Documents
from tui.model import Session
from tui.query import Document, Matcher
from tui.query.found import Catalogue, Page
from tui.store.forgetting import Kept, bare
from tui.values import replace


class Forgettable(Struct, frozen=True):
    """A session, and what is kept of it."""

    session: Session
    kept: Kept


async def forgettable(connection: Connection, matcher: Matcher) -> Sequence[Forgettable]:
    """Return the sessions that a query finds among all that are kept of an account.

    Those of other chatbots than the one in use too, and those that stand in no list.
    """
    kept = await connection.store.forgetting.kept()
    documents = await _documents(connection, kept.keys())
    found = await connection.store.find(matcher, Catalogue(documents), Page(sys.maxsize))
    sessions = (each.document.session for each in found.sessions)
    return [Forgettable(each, kept.get(each.id, Kept())) for each in sessions]


async def _documents(connection: Connection, kept_ids: Iterable[str]) -> Sequence[Document]:
    await connection.load()
    store, document = connection.store, Documents(connection).document
    kept = {*kept_ids}

    def is_forgotten(session: Session) -> bool:
        is_left_out = session.id not in kept and connection.local.is_forgotten(session)
        return is_left_out and session == bare(session)

    listed = connection.listed_sessions()
    documents = {each.id: document(each) for each in listed if not is_forgotten(each)}
    for bot_id in await store.copies.lists_read_at():
        for session in await store.lists.of(bot_id):
            if session.id not in documents and not is_forgotten(session):
                bots = (bot_id,) if bot_id else ()
                documents[session.id] = replace(document(session), bots=bots)
    for session_id in kept:
        if session_id not in documents:
            messages = [each.message for each in await store.messages(session_id)]
            times = [each.created_at for each in messages if each.created_at is not None]
            session = Session(session_id, updated_at=max(times, default=None))
            documents[session_id] = document(session)
    return list(documents.values())
