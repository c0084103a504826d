"""Plain text of a session: as its server writes it, else in the same form from its messages."""

from __future__ import annotations

from contextlib import suppress

from tui.backends.base import Backend
from tui.errors import NotOffered
from tui.formatting.plain_text import plain_text_of
from tui.safe_text import SafeText


async def plain_text(backend: Backend, session_id: str) -> tuple[SafeText, bool]:
    """Return the text, empty when nobody has written yet, and whether the server wrote it.

    Raises:
        NotFound: no such session.
    """
    # a host may say only now that it does not offer it
    with suppress(NotOffered):
        if backend.plain_texts is not None:
            return await backend.plain_texts.plain_text(session_id), True
    return plain_text_of(await backend.messages(session_id)), False
