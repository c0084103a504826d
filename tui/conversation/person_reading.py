"""Reading of who a session is held with, where the list of sessions does not tell it."""

from __future__ import annotations

from tui.conversation.account import Account
from tui.errors import RunnelError
from tui.model import Session


class PersonReader:
    """Asks once for each session that a person looks at."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._asked: set[str] = set()

    async def read(self, session_id: str) -> bool:
        """Learn who a listed session is held with; `False` when nothing is new."""
        people, session = self._account.backend.people, self._account.known_session(session_id)
        if people is None or session is None or not self._is_wanted(session):
            return False
        self._asked.add(session_id)
        try:
            facts = await people.of_session(session_id)
        except RunnelError:
            # nobody waits for it, and what is wrong tells itself elsewhere
            return False
        return self._account.session_index.learn(session_id, facts)

    def _is_wanted(self, session: Session) -> bool:
        facts = session.facts
        is_known = facts is None or bool(facts.lead) or facts.auth_data is not None
        return not (is_known or session.id in self._asked or session.id in self._account.unmade)
