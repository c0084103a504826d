"""Names of a session and of what answers in it, as a person is told."""

from __future__ import annotations

from tui.conversation.account import Account
from tui.conversation.session_binding import SessionBinding
from tui.facts import SessionFacts
from tui.model import NO_TITLE
from tui.safe_text import SafeText
from tui.store import SessionMarks


class SessionNames:
    """What they are called by now: titles and bots may be read later than messages."""

    def __init__(self, account: Account, session: SessionBinding) -> None:
        self._account = account
        self._session = session

    @property
    def title(self) -> str:
        """As the list calls it; `New session` before there is one."""
        session = self._account.known_session(self._session.id)
        return self._account.local.marks.title_of(session) if session is not None else NO_TITLE

    @property
    def marks(self) -> SessionMarks:
        """What a person noted about it."""
        return self._account.local.marks.of(self._session.id)

    @property
    def facts(self) -> SessionFacts | None:
        """What an operator is told of the session; `None` where that is nothing."""
        session = self._account.known_session(self._session.id)
        return session.facts if session is not None else None

    @property
    def of_customers(self) -> bool:
        """It is held with customers of a bot, not with who reads it.

        On an operator's key that holds of one that no list tells of, too.
        """
        account = self._account
        session = account.known_session(self._session.id)
        if session is None:
            return account.backend.capabilities.operators and self._session.session_id is not None
        return session.facts is not None

    @property
    def is_gone(self) -> bool:
        """The server does not have the session any more."""
        session = self._account.known_session(self._session.id)
        return session is not None and session.gone_at is not None

    @property
    def bot_name(self) -> SafeText:
        """Of what all its answers come from; empty when that is not known."""
        session, bots = self._session, self._account.bots
        return session.bot_name if session.belongs_to_bot or len(bots) == 1 else SafeText("")
