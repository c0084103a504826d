from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, field

import pytest

from tests.event_loops import unhurried
from tests.fakes import ScriptedBackend, connection, says
from tests.unit.conversation.watch import send, session, texts
from tui.errors import NotFound, NotOffered, RunnelError, Unreachable
from tui.events import TextDelta
from tui.model import Message, Session


@dataclass
class RefusingBackend(ScriptedBackend):
    refusal: RunnelError = field(default_factory=lambda: NotFound("No such session."))

    async def delete_session(self, session_id: str) -> None:
        raise self.refusal


@pytest.mark.parametrize("listed", [[], [session("s", title="Named")]])
async def test_a_title_is_read_only_for_listed_sessions_without_one(listed: list[Session]) -> None:
    backend = ScriptedBackend(histories={"s": []}, listed=listed)
    link = connection(backend)
    await link.sessions()
    assert not await link.title_reader.read("s")
    assert backend.reads == 0


async def test_an_empty_history_is_read_for_a_title_once() -> None:
    backend = ScriptedBackend(histories={"s": []}, listed=[session("s")])
    link = connection(backend)
    await link.sessions()
    assert await link.title_reader.read("s")
    assert not await link.title_reader.read("s")
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
    await link.title_reader.read("s")
    await link.conversation("s").reread()
    assert waits == [True, False]


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
    link.local.marks.toggle_pin("s")
    await link.delete_session("s")
    assert [each.id for each in link.known_sessions()] == ["t"]
    assert list(await link.store.messages("s")) == []
    assert (link.local.draft("s"), dict(await link.store.drafts.all())) == ("", {})
    assert (link.local.marks.pinned, "s" in await link.store.marks.all()) == (frozenset(), False)
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


async def test_the_draft_of_a_new_conversation_has_a_place() -> None:
    link = connection(ScriptedBackend())
    link.conversation().draft = "half a thou"
    assert link.conversation().draft == "half a thou"
    link.conversation().draft = ""
    assert dict(await link.store.drafts.all()) == {}
