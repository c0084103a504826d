"""People behind the sessions of a host of the GPT-trainer family, asked for one by one.

Source: the vendor's API reference, where the record of a single session may have `meta` and those
of the list have not.
"""

from __future__ import annotations

from collections.abc import Iterable

from tui.backends.base import People
from tui.backends.gpt_trainer.calls import KeyedCalls
from tui.backends.gpt_trainer.session_facts import session_facts
from tui.backends.json_reading import Object, as_object, path
from tui.facts import SessionFacts


class GptTrainerPeople(People):
    def __init__(self, calls: KeyedCalls) -> None:
        self._calls = calls
        self.is_needed = True
        """The lists of this host do not tell it."""

    def note(self, records: Iterable[Object]) -> None:
        """Take note of sessions that were listed."""
        if any(map(_tells, records)):
            self.is_needed = False

    async def of_session(self, session_id: str) -> SessionFacts:
        received = await self._calls.call("GET", path("session", session_id))
        return session_facts(as_object(received.json()))


def _tells(record: Object) -> bool:
    facts = session_facts(record)
    return bool(facts.lead) or facts.auth_data is not None
