"""Person actions of reading: who a session is held with, masked until a key asks for it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.binding import Binding

from tui.facts import SessionFacts
from tui.formatting.person import person_items
from tui.ui.transcript.reading_actions import ReadingActions

PERSON_KEYS = [Binding("I", "show_person", "Show or mask who it is", show=False, id="read.person")]


class PersonActions(ReadingActions):
    """Keeps in which session a person is shown; leaving it masks them again."""

    _shown_in: str = ""
    """Id of that session, empty for none."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "show_person":
            return bool(self._person(shown=False))
        return super().check_action(action, parameters)

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        if action == "show_person":
            return "nobody said who they are here"
        return super().why_not(action, parameters)

    def action_show_person(self) -> None:
        conversation = self.transcript.conversation
        session_id = conversation.id if conversation is not None else ""
        self._shown_in = session_id if self._shown_in != session_id else ""
        self.transcript.show_names()

    def follow_person(self) -> None:
        """Mask again who was shown in a session that is not open any more."""
        conversation = self.transcript.conversation
        if conversation is None or conversation.id != self._shown_in:
            self._shown_in = ""

    @property
    def person(self) -> Sequence[str]:
        """What is told of who the open session is held with; empty where nothing is known."""
        return self._person(shown=bool(self._shown_in))

    @property
    def is_person_shown(self) -> bool:
        return bool(self._shown_in)

    def _person(self, *, shown: bool) -> Sequence[str]:
        conversation = self.transcript.conversation
        facts = conversation.names.facts if conversation is not None else None
        return person_items(facts or SessionFacts(), shown=shown)
