from __future__ import annotations

import pytest

from tests.fakes import ScriptedBackend
from tests.tables import each_row
from tui.conversation import Connection
from tui.model import Bot, Profile
from tui.safe_text import SafeText
from tui.store import MemoryStore

OFFERED = [Bot(each, SafeText(each.title())) for each in ("a", "b", "c")]
KEEPS, KEEPS_NOT = frozenset({"bot_preference"}), frozenset[str]()


def start(
    earlier: MemoryStore,
    configured: str,
    *,
    offers: frozenset[str] = KEEPS_NOT,
    preferred: str = "",
    offered: list[Bot] = OFFERED,
    url: str = "http://127.0.0.1:1",
    embedded: bool = False,
) -> tuple[Connection, MemoryStore]:
    store = MemoryStore(earlier)
    backend = ScriptedBackend(offers=offers, preferred=preferred, offered=offered)
    profile = Profile("lab", "hardwire", url, embedded, account="me@x.example")
    return Connection(profile, backend, store, configured), store


@each_row(
    ("configured", "picked", "configured_then", "offers", "preferred", "settled"),
    [
        ("", "b", "", KEEPS_NOT, "", "b"),
        ("a", "b", "a", KEEPS_NOT, "", "b"),
        ("a", "b", "c", KEEPS_NOT, "", "c"),
        ("a", "b", "", KEEPS_NOT, "", ""),
        ("", "b", "a", KEEPS_NOT, "", "a"),
        ("a", "a", "a", KEEPS_NOT, "", "a"),
        ("", "gone", "", KEEPS_NOT, "", ""),
        ("a", "gone", "a", KEEPS_NOT, "", "a"),
        # what the server keeps may have been changed from elsewhere
        ("", "b", "", KEEPS, "c", "c"),
        ("", "b", "", KEEPS, "", "b"),
        ("", "gone", "", KEEPS, "", ""),
        ("a", "b", "a", KEEPS, "c", "b"),
    ],
)
async def test_what_was_picked_stands_until_something_else_is_configured_or_it_is_gone(
    configured: str,
    picked: str,
    configured_then: str,
    offers: frozenset[str],
    preferred: str,
    settled: str,
) -> None:
    first, store = start(MemoryStore(), configured, offers=offers)
    first.choose_bot(picked)
    assert first.bot_id == picked
    second, _ = start(store, configured_then, offers=offers, preferred=preferred)
    assert await second.settle() == settled


async def test_it_is_known_before_the_server_is_asked() -> None:
    first, store = start(MemoryStore(), "a")
    first.choose_bot("b")
    second, _ = start(store, "a")
    await second.load()
    assert second.bot_id == "b"
    third, _ = start(store, "a")
    third.choose_bot("c")
    await third.load()
    assert third.bot_id == "c"


@pytest.mark.parametrize("configured", ["", "a"])
async def test_one_that_is_used_for_a_while_is_not_replaced_by_it(configured: str) -> None:
    first, store = start(MemoryStore(), configured)
    first.choose_bot("b")
    second, _ = start(store, configured)
    second.begin_settling()
    await second.load()
    # that of the session that was open last
    second.bot_id = "a"
    assert await second.settle() == "a"


async def test_a_profile_that_leads_elsewhere_now_knows_nothing_of_it() -> None:
    first, store = start(MemoryStore(), "")
    first.choose_bot("b")
    elsewhere, _ = start(store, "", url="http://127.0.0.1:2")
    assert await elsewhere.settle() == ""


async def test_the_embedded_server_is_the_same_at_every_address_and_no_real_one() -> None:
    first, store = start(MemoryStore(), "", embedded=True, offers=KEEPS)
    first.choose_bot("b")
    url = "http://127.0.0.1:2"
    again, _ = start(store, "", url=url, embedded=True, offers=KEEPS, preferred="a")
    assert await again.settle() == "b"
    real, _ = start(store, "")
    assert await real.settle() == ""
