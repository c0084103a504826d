from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from tests.event_loops import unhurried
from tests.fakes import NOON, ScriptedBackend, StillClock, assistant, connection, says, user
from tests.unit.conversation.watch import send, texts
from tests.waiting import until
from tui.backends.base import Capabilities
from tui.conversation import Connection
from tui.errors import NotFound, NotOffered, RunnelError, Unreachable
from tui.events import SessionCreated, Started, TextDelta
from tui.model import ALWAYS, Bot, Message, Period, Profile, Session
from tui.safe_text import SafeText, clean
from tui.store import MemoryStore

CHATBOTS = Capabilities(bot_noun="chatbot", sessions_belong_to_bot=True)


def session(session_id: str, title: str = "", preview: str = "") -> Session:
    return Session(session_id, clean(title), clean(preview))


@dataclass
class RefusingBackend(ScriptedBackend):
    refusal: RunnelError = field(default_factory=lambda: NotFound("No such session."))

    async def delete_session(self, session_id: str) -> None:
        raise self.refusal


@dataclass
class SlowListBackend(ScriptedBackend):
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    asked_for: list[str] = field(default_factory=list)

    async def sessions(self, bot_id: str, period: Period = ALWAYS) -> list[Session]:
        self.asked_for.append(bot_id)
        listed = list(self.listed)
        await self.gate.wait()
        return listed


async def test_a_session_without_title_is_named_by_its_snippet() -> None:
    backend = ScriptedBackend(listed=[session("s", preview="What is\n a monad?")])
    link = connection(backend)
    (listed,) = await link.sessions()
    assert listed.label == "What is a monad?"
    assert link.known_sessions() == (listed,)
    assert link.known_session("s") == listed
    assert link.known_session("t") is None


async def test_the_servers_title_wins_and_the_snippet_stays_the_preview() -> None:
    backend = ScriptedBackend(listed=[session("s", title="Monads", preview="What is a monad?")])
    (listed,) = await connection(backend).sessions()
    assert (listed.title, listed.preview) == ("Monads", "What is a monad?")


async def test_a_title_made_here_lasts_until_the_server_has_one() -> None:
    backend = ScriptedBackend(listed=[session("s")])
    backend.histories["s"] = [user("q", "What is a monad?"), assistant("a", "A monoid.")]
    link = connection(backend)
    assert (await link.sessions())[0].label == "New session"
    assert await link.read_title("s")
    assert link.known_sessions()[0].title == "What is a monad?"
    assert (await link.sessions())[0].title == "What is a monad?"
    assert (await link.sessions())[0].preview == "A monoid."
    backend.listed = [session("s", title="Monads")]
    assert (await link.sessions())[0].title == "Monads"


@pytest.mark.parametrize("listed", [[], [session("s", title="Named")]])
async def test_a_title_is_read_only_for_listed_sessions_without_one(listed: list[Session]) -> None:
    backend = ScriptedBackend(histories={"s": []}, listed=listed)
    link = connection(backend)
    await link.sessions()
    assert not await link.read_title("s")
    assert backend.reads == 0


async def test_an_empty_history_is_read_for_a_title_once() -> None:
    backend = ScriptedBackend(histories={"s": []}, listed=[session("s")])
    link = connection(backend)
    await link.sessions()
    assert await link.read_title("s")
    assert not await link.read_title("s")
    assert backend.reads == 1


async def test_histories_read_for_titles_wait_for_those_a_person_asked_for() -> None:
    backend = ScriptedBackend(histories={"s": []}, listed=[session("s")])
    waits: list[bool] = []

    def look(_: int, stored: list[Message]) -> list[Message]:
        waits.append(backend.traffic.is_unhurried)
        return stored

    backend.shows = look
    link = connection(backend)
    await link.sessions()
    await link.read_title("s")
    await link.conversation("s").reread()
    assert waits == [True, False]


async def test_long_questions_make_short_titles() -> None:
    backend = ScriptedBackend(listed=[session("s")])
    backend.histories["s"] = [user("q", "word " * 1000), assistant("a", "text " * 1000)]
    link = connection(backend)
    await link.sessions()
    await link.read_title("s")
    listed = link.known_sessions()[0]
    assert len(listed.title) <= 80
    assert len(listed.preview) <= 200
    assert listed.title.endswith("…")


async def test_describing_an_unlisted_session_does_nothing() -> None:
    assert connection(ScriptedBackend()).describe("s") is None


async def test_one_session_has_one_conversation() -> None:
    link = connection(ScriptedBackend(histories={"s": [], "t": []}))
    assert link.conversation("s") is link.conversation("s")
    assert link.conversation("s") is not link.conversation("t")
    assert link.conversation() is not link.conversation()
    assert link.opened("s") is link.conversation("s")
    assert link.opened("u") is None


async def test_a_deleted_session_leaves_nothing_behind() -> None:
    backend = ScriptedBackend(histories={"s": []}, listed=[session("s"), session("t")])
    link = connection(backend)
    await link.sessions()
    conversation = link.conversation("s")
    await conversation.reread()
    conversation.draft = "half a thou"
    link.local.toggle_pin("s")
    await link.delete_session("s")
    assert [each.id for each in link.known_sessions()] == ["t"]
    assert list(await link.store.messages("s")) == []
    assert (link.local.draft("s"), dict(await link.store.drafts())) == ("", {})
    assert (link.local.pinned, dict(await link.store.marks())) == (frozenset(), {})
    assert link.local.questions() == ["half a thou"]
    assert link.conversation("s") is not conversation


async def test_a_session_gone_already_is_deleted_here_too() -> None:
    link = connection(RefusingBackend(listed=[session("s")]))
    await link.sessions()
    await link.delete_session("s")
    assert link.known_sessions() == ()


@pytest.mark.parametrize("refusal", [NotOffered("Not here."), Unreachable("Off.", sent=False)])
async def test_a_session_that_cannot_be_deleted_stays(refusal: RunnelError) -> None:
    link = connection(RefusingBackend(listed=[session("s")], refusal=refusal))
    await link.sessions()
    with pytest.raises(type(refusal)):
        await link.delete_session("s")
    assert [each.id for each in link.known_sessions()] == ["s"]


def test_what_is_known_of_a_session_goes_to_the_head_of_the_list() -> None:
    link = connection(ScriptedBackend())
    for each in ("s", "t", "s"):
        link.session_index.put_first(session(each))
    assert [each.id for each in link.known_sessions()] == ["s", "t"]


@unhurried
async def test_the_session_asked_last_stays_first_though_the_server_does_not_move_it() -> None:
    clock = StillClock()
    new = replace(session("new"), updated_at=NOON - timedelta(hours=1))
    old = replace(session("old"), updated_at=NOON - timedelta(days=9))
    untimed = session("untimed")
    backend = ScriptedBackend(
        histories={"old": []}, listed=[new, old, untimed], scripts=[says("Hello")]
    )
    link = connection(backend, clock)
    await link.sessions()
    await send(link.conversation("old"), "Hi")
    assert [each.id for each in link.known_sessions()] == ["old", "new", "untimed"]
    assert [each.id for each in await link.sessions()] == ["old", "new", "untimed"]
    assert link.known_sessions()[0].updated_at == NOON


@unhurried
async def test_an_unsent_question_does_not_move_its_session() -> None:
    backend = ScriptedBackend(
        histories={"old": []},
        listed=[session("new"), session("old")],
        scripts=[[Unreachable("Off.", sent=False)]],
        stores=lambda *_: [],
    )
    link = connection(backend)
    await link.sessions()
    await send(link.conversation("old"), "Hi")
    assert [each.id for each in link.known_sessions()] == ["new", "old"]


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
async def test_a_session_on_its_way_stays_listed_before_the_server_lists_it() -> None:
    backend = ScriptedBackend(scripts=[says("Hello")])
    link = connection(backend)
    async with aclosing(link.conversation().send("Hi")) as events:
        async for event in events:
            if isinstance(event, SessionCreated):
                backend.listed = [session("s")]
                assert [each.title for each in await link.sessions()] == ["Hi", ""]
    assert [each.id for each in await link.sessions()] == ["s"]


@unhurried
async def test_busy_are_the_conversations_with_an_answer_on_its_way() -> None:
    backend = ScriptedBackend(histories={"s": [], "t": []}, scripts=[says("Hello")])
    link = connection(backend)
    link.conversation("t")
    conversation = link.conversation("s")
    assert link.busy == []
    async with aclosing(conversation.send("Hi")) as events:
        async for event in events:
            if isinstance(event, TextDelta):
                assert link.busy == [conversation]
    assert link.busy == []


@unhurried
async def test_several_sessions_stream_side_by_side() -> None:
    backend = ScriptedBackend(
        histories={"s": [], "t": []}, scripts=[says("One", "!"), says("Two", "!")]
    )
    link = connection(backend)
    first, second = link.conversation("s"), link.conversation("t")
    await asyncio.gather(send(first, "Hi"), send(second, "Hi"))
    assert sorted([texts(first.messages), texts(second.messages)]) == [
        ["Hi", "One!"],
        ["Hi", "Two!"],
    ]


MANY = [Bot("a", SafeText("A")), Bot("b", SafeText("B"))]


@pytest.mark.parametrize(
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


async def test_the_draft_of_a_new_conversation_has_a_place() -> None:
    link = connection(ScriptedBackend())
    link.conversation().draft = "half a thou"
    assert link.conversation().draft == "half a thou"
    link.conversation().draft = ""
    assert dict(await link.store.drafts()) == {}


async def test_picking_another_model_keeps_the_one_list_of_sessions() -> None:
    link = connection(ScriptedBackend(listed=[session("s", "Soup")]))
    await link.sessions()
    await link.pick_bot("other")
    assert [each.id for each in link.known_sessions()] == ["s"]
    assert isinstance(link.backend, ScriptedBackend)
    assert link.backend.preferred == "other"


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


async def test_sessions_of_a_period_leave_the_kept_list_alone() -> None:
    old = replace(session("old"), created_at=NOON - timedelta(days=30))
    new = replace(session("new"), created_at=NOON)
    link = connection(ScriptedBackend(listed=[new, old]))
    await link.sessions()
    found = await link.sessions(Period(start=NOON - timedelta(days=7)))
    assert [each.id for each in found] == ["new"]
    assert {each.id for each in link.known_sessions()} == {"new", "old"}


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


async def test_a_title_told_while_a_long_list_is_taken_in_is_kept() -> None:
    link = connection(ScriptedBackend())
    fresh = [Session(f"s{number}", updated_at=NOON) for number in range(5_000)]
    link.session_index.put_first(fresh[0])
    with link.session_index.reading() as reading:
        taking_in = asyncio.create_task(link.session_index.merged(fresh, reading))
        await asyncio.sleep(0)
        assert not taking_in.done()
        link.rename("s0", SafeText("Soup"))
        merged = await taking_in
    assert [each.id for each in merged] == [each.id for each in fresh]
    assert [each.title for each in merged[:2]] == ["Soup", ""]
