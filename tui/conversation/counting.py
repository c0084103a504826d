"""Counting of what is kept: every listed session with a copy here, as a document to be counted."""

from __future__ import annotations

from collections.abc import AsyncIterator

from msgspec import Struct

from tui.conversation.connection import Connection
from tui.conversation.documents import Documents
from tui.conversation.session_reading import SessionReader, Whole
from tui.query import Document


class Looked(Struct, frozen=True):
    """A session was looked at."""

    document: Document | None
    """`None` where nothing of it is kept here."""
    done: int
    """So many were looked at, this one included."""
    of: int


async def kept_documents(connection: Connection) -> AsyncIterator[Looked]:
    """Yield each session of the list, newest first; no server is asked."""
    await connection.load()
    sessions = connection.listed_sessions()
    documents, done = Documents(connection), 0
    async for read in SessionReader(connection, offline=True).read(sessions):
        done += 1
        document = None
        if isinstance(read, Whole) and read.messages:
            document = documents.document(read.session, read.messages)
        yield Looked(document, done, len(sessions))
