"""What the rest of Runnel knows of a chatbot API."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Protocol

from tui.events import StreamEvent
from tui.model import Bot, Identity, Message, Session


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What differs between the APIs in a way that a person sees."""

    bot_noun: str
    """What this API calls the thing that answers: `chatbot` or `model`."""
    sessions_belong_to_bot: bool
    """`True` when another bot has other sessions."""
    delete_session: bool = True
    max_send_bytes: int | None = None
    """Longest question in UTF-8 bytes as this API sends it; `None` when no limit is known."""


class Backend(Protocol):
    """One account at one server.

    Every method raises the errors of `tui.errors` and nothing of the HTTP library. Every value
    returned holds safe text only. Reads may be repeated; `stream` and `answer` are never repeated
    here, because the server stores the question first.
    """

    @property
    def capabilities(self) -> Capabilities: ...

    async def identify(self) -> Identity:
        """Check the key or sign in, and say who we are.

        Raises:
            AccessRefused: wrong key, wrong password, unverified e-mail.
        """
        ...

    async def bots(self) -> list[Bot]:
        """Return what can answer, in the server's order."""
        ...

    async def preferred_bot(self) -> str:
        """Return the id of the bot the account uses unless told otherwise, empty when none."""
        ...

    async def sessions(self, bot_id: str) -> list[Session]:
        """Return the sessions (of that bot, where they belong to one), newest first.

        Sessions of which the server tells no time come last.
        """
        ...

    async def create_session(self, bot_id: str) -> Session:
        """Return a new session; APIs that make it with the first question only name it here."""
        ...

    async def delete_session(self, session_id: str) -> None:
        """Delete a session and its messages at the server.

        Raises:
            NotFound: it is gone already.
            NotOffered: this host cannot delete.
        """
        ...

    async def messages(self, session_id: str) -> list[Message]:
        """Return the history, oldest first; empty for a session nobody has written to.

        Raises:
            NotFound: no such session.
        """
        ...

    def stream(self, session_id: str, bot_id: str, text: str) -> AsyncGenerator[StreamEvent, None]:
        """Send `text` once and yield the answer as it comes.

        Ends normally only when the server finished the answer. Closing the generator closes the
        socket. `text` goes out as it is, but for lone surrogates.

        Raises:
            BadInput: the text is over the server's limit; nothing was sent.
            Unreachable: `sent` tells whether the question may have arrived.
            AnswerFailed: the server reported a failure after it took the question.
            StreamBroken: the body ended early or made no sense.
        """
        ...

    async def answer(self, session_id: str, bot_id: str, text: str) -> Message:
        """Send `text` once by the API's way without streaming and return the whole answer."""
        ...

    async def aclose(self) -> None: ...
