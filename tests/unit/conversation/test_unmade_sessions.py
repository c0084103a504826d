from __future__ import annotations

from datetime import timedelta

from tests.fakes import NOON, user
from tui.conversation.unmade_sessions import UnmadeSessions
from tui.model import Session
from tui.safe_text import SafeText
from tui.store import AccountKey, MemoryStore, SessionListStore

LATER = NOON + timedelta(hours=1)


def stored() -> SessionListStore:
    return MemoryStore().account(AccountKey("api", "url", "me")).lists


def titles(unmade: UnmadeSessions, *known: Session) -> list[str]:
    return [each.title for each in unmade.merged_into(known)]


async def test_what_is_asked_is_listed_among_the_known_until_it_is_made() -> None:
    unmade = UnmadeSessions(stored())
    known = (Session("s", SafeText("Known"), updated_at=NOON),)
    assert unmade.merged_into(known) is known
    unmade.put("~one", user("q", "Later\nand more"), LATER)
    unmade.put("~two", user("r", "Before"), NOON - timedelta(hours=1))
    assert titles(unmade, *known) == ["Later and more", "Known", "Before"]
    assert unmade.merged_into(known) is unmade.merged_into(known)
    assert "~one" in unmade
    assert unmade.drop("~one")
    assert not unmade.drop("~one")
    assert titles(unmade, *known) == ["Known", "Before"]
    assert unmade.find("~one") is None


async def test_a_later_start_and_another_client_list_the_same() -> None:
    lists = stored()
    here, there = UnmadeSessions(lists), UnmadeSessions(lists)
    here.put("~one", user("q", "One"), NOON)
    await there.load()
    there.put("~two", user("r", "Two"), LATER)
    assert await here.take_in() == set()
    assert titles(here) == titles(there) == ["Two", "One"]
    there.drop("~one")
    assert await here.take_in() == {"~one"}
    assert here.is_made_elsewhere("~one")
    assert not here.is_made_elsewhere("~two")
    assert titles(here) == ["Two"]
