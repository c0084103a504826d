from __future__ import annotations

from dataclasses import dataclass, field

from tests.fakes import ScriptedBackend, connection
from tui.backends.base import People
from tui.errors import NotFound
from tui.facts import SessionFacts
from tui.model import Session
from tui.safe_text import SafeText as Safe

ADA = SessionFacts(lead=((Safe("name"), Safe("Ada")),))
COUNTED = SessionFacts(message_count=4, labels=(Safe("late"),))


@dataclass(repr=False)
class Told(ScriptedBackend, People):
    """Tells of one session alone who it is held with."""

    asked: list[str] = field(default_factory=list)

    @property
    def people(self) -> People:
        return self

    async def of_session(self, session_id: str) -> SessionFacts:
        self.asked.append(session_id)
        if session_id == "gone":
            raise NotFound("No such session.")
        return ADA if session_id == "s" else SessionFacts()


def listed() -> list[Session]:
    return [
        Session("s", facts=COUNTED),
        Session("nobody", facts=COUNTED),
        Session("gone", facts=COUNTED),
        Session("known", facts=ADA),
        Session("own"),
    ]


async def test_who_a_session_is_held_with_is_asked_once_where_the_list_does_not_tell() -> None:
    backend = Told(listed=listed())
    account = connection(backend)
    await account.sessions()
    told = [each.id for each in listed() if await account.person_reader.read(each.id)]
    assert told == ["s"]
    assert not await account.person_reader.read("s")
    assert not await account.person_reader.read("unlisted")
    assert backend.asked == ["s", "nobody", "gone"]
    session = account.known_session("s")
    assert session is not None
    assert session.facts == SessionFacts(ADA.lead, message_count=4, labels=COUNTED.labels)
    backend.listed = [Session("s", facts=SessionFacts())]
    (fresh,) = [each for each in await account.sessions() if each.id == "s"]
    assert fresh.facts == session.facts


async def test_nobody_is_asked_where_there_is_nobody_to_ask() -> None:
    account = connection(ScriptedBackend(listed=listed()))
    await account.sessions()
    assert not await account.person_reader.read("s")
