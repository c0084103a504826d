from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, field

import pytest

from tests.event_loops import unhurried
from tests.fakes import ScriptedBackend, connection, says
from tests.tables import each_row
from tests.unit.conversation.watch import send, session
from tests.waiting import until
from tui.backends.base import Capabilities
from tui.conversation import Connection
from tui.events import Started
from tui.model import ALWAYS, Bot, Period, Profile, Session
from tui.safe_text import SafeText, clean
from tui.store import MemoryStore

CHATBOTS = Capabilities(bot_noun="chatbot", sessions_belong_to_bot=True)


@dataclass
class SlowListBackend(ScriptedBackend):
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    asked_for: list[str] = field(default_factory=list)

    async def sessions(self, bot_id: str, period: Period = ALWAYS) -> list[Session]:
        self.asked_for.append(bot_id)
        listed = list(self.listed)
        await self.gate.wait()
        return listed


@dataclass
class CountingBackend(ScriptedBackend):
    readings: int = 0

    async def bots(self) -> list[Bot]:
        self.readings += 1
        return await super().bots()


MANY = [Bot("a", SafeText("A")), Bot("b", SafeText("B"))]


@each_row(
    ("configured", "preferred", "offered", "settled"),
    [
        ("mine", "theirs", MANY, "mine"),
        ("", "theirs", MANY, "theirs"),
        ("", "", MANY[:1], "a"),
        ("", "", MANY, ""),
        ("", "", [], ""),
    ],
)
async def test_the_bot_is_settled_by_configuration_then_server_then_being_the_only_one(
    configured: str, preferred: str, offered: list[Bot], settled: str
) -> None:
    backend = ScriptedBackend(preferred=preferred, offered=offered)
    link = Connection(Profile("p", "hardwire", "http://x"), backend, MemoryStore(), configured)
    assert await link.settle_bot() == settled
    assert link.bot_id == settled


async def test_what_can_answer_is_asked_for_once() -> None:
    backend = ScriptedBackend(offered=MANY)
    link = Connection(Profile("p", "hardwire", "http://x"), backend, MemoryStore())
    await link.read_bots()
    backend.offered = MANY[:1]
    assert await link.settle_bot() == ""


async def test_on_the_embedded_server_the_first_bot_answers() -> None:
    profile = Profile("demo", "gpt-trainer", "http://x", embedded=True)
    link = Connection(profile, ScriptedBackend(offered=MANY), MemoryStore())
    assert await link.settle() == "a"


async def test_who_wants_to_know_the_bot_at_once_waits_for_one_reading() -> None:
    backend = CountingBackend(offered=MANY[:1])
    link = Connection(Profile("p", "hardwire", "http://x"), backend, MemoryStore())
    assert await asyncio.gather(*(link.settle() for _ in range(5))) == ["a"] * 5
    assert backend.readings == 1


async def test_picking_another_model_keeps_the_one_list_of_sessions() -> None:
    link = connection(ScriptedBackend(listed=[session("s", "Soup")]))
    await link.sessions()
    await link.pick_bot("other")
    assert [each.id for each in link.known_sessions()] == ["s"]
    assert isinstance(link.backend, ScriptedBackend)
    assert link.backend.preferred == "other"


@unhurried
async def test_a_list_that_comes_late_belongs_to_the_bot_it_was_asked_for() -> None:
    backend = SlowListBackend(can=CHATBOTS, listed=[session("s")])
    link = connection(backend)
    reading = asyncio.create_task(link.sessions())
    await until(lambda: backend.asked_for == ["bot"])
    link.bot_id = "other"
    backend.gate.set()
    await reading
    assert link.known_sessions() == ()
    link.bot_id = "bot"
    assert [each.id for each in link.known_sessions()] == ["s"]


@unhurried
async def test_a_session_made_while_another_chatbot_is_picked_stays_with_its_own() -> None:
    gate = asyncio.Event()
    backend = ScriptedBackend(can=CHATBOTS, scripts=[[Started(), gate, *says("Hello")]])
    link = connection(backend)
    conversation = link.conversation()
    async with aclosing(conversation.send("Hi")) as turn:
        async for event in turn:
            if isinstance(event, Started):
                await link.pick_bot("other")
                gate.set()
    assert link.known_sessions() == ()
    await link.pick_bot("bot")
    assert [each.title for each in link.known_sessions()] == ["Hi"]


async def test_a_new_conversation_asks_the_bot_that_is_picked_when_it_sends() -> None:
    backend = ScriptedBackend(scripts=[says("Hello")])
    link = connection(backend)
    conversation = link.conversation()
    await link.pick_bot("other")
    await send(conversation, "Hi")
    assert backend.asked_bots == ["other"]


async def test_the_title_that_a_server_gives_later_names_the_session() -> None:
    backend = ScriptedBackend(
        listed=[session("s", "Soup")],
        offers=frozenset({"titles"}),
        next_titles=[SafeText(""), clean("Broth")],
    )
    link = connection(backend)
    await link.sessions()
    assert await link.follow_title("s")
    assert link.known_sessions()[0].title == "Broth"
    assert not await link.follow_title("s")


@pytest.mark.parametrize(
    ("mine", "theirs", "is_shared"),
    [
        (Profile("a", "gpt-trainer", "http://x"), Profile("b", "gpt-trainer", "http://x"), False),
        (
            Profile("a", "hardwire", "http://x", account="ada@example.org"),
            Profile("b", "hardwire", "http://x", account="ada@example.org"),
            True,
        ),
        (
            Profile("a", "hardwire", "http://x", account="ada@example.org"),
            Profile("a", "hardwire", "http://x", account="bob@example.org"),
            False,
        ),
    ],
)
async def test_profiles_share_what_is_kept_here_for_one_user_or_one_chatbot(
    mine: Profile, theirs: Profile, is_shared: bool
) -> None:
    store = MemoryStore()
    first = Connection(mine, ScriptedBackend(), store, "one")
    first.conversation().draft = "half a thou"
    second = Connection(theirs, ScriptedBackend(), store, "two")
    await second.load()
    assert second.conversation().draft == ("half a thou" if is_shared else "")


def test_two_profiles_of_one_host_without_user_or_bot_share_nothing() -> None:
    store = MemoryStore()
    links = [
        Connection(Profile(name, "gpt-trainer", "http://x"), ScriptedBackend(), store)
        for name in ("a", "b")
    ]
    links[0].conversation().draft = "not for b"
    assert links[1].conversation().draft == ""


async def test_what_was_typed_ahead_in_a_session_that_is_deleted_becomes_a_question() -> None:
    link = connection(ScriptedBackend(histories={"s": []}))
    conversation = link.conversation("s")
    conversation.write_before("first")
    conversation.draft += " draft"
    await link.delete_session("s")
    assert link.deleted_ids == {"s"}
    conversation.write_before("typed ahead")
    assert conversation.draft == ""
    assert link.local.questions() == ["typed ahead", "first draft"]


@dataclass
class LateTitleBackend(ScriptedBackend):
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def new_title(self, session_id: str) -> SafeText:
        with self.traffic.urgent():
            await self.gate.wait()
        return SafeText("Wells")


async def test_nothing_in_the_background_waits_for_the_title_of_a_session() -> None:
    backend = LateTitleBackend(offers=frozenset({"titles"}))
    account = connection(backend)
    naming = asyncio.create_task(account.follow_title("s"))
    await asyncio.sleep(0)
    reading = asyncio.create_task(backend.traffic.at_rest())
    await until(reading.done)
    backend.gate.set()
    assert await naming
