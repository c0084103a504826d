from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager
from datetime import timedelta

import pytest

from tests.contract.conftest import Place
from tests.contract.test_backends import ask, new_session, usable_bot
from tests.fakes import present
from tui.backends.base import Backend
from tui.conversation import Connection, Conversation
from tui.conversation.plain_text import plain_text
from tui.errors import NotOffered
from tui.events import Settled
from tui.model import NotePart, Period, Profile, Role
from tui.server import Edition, EmbeddedServer
from tui.server.scripted.operators import OPERATOR_SAYS
from tui.store import MemoryStore

MOMENT = timedelta(microseconds=1)
MANY_READINGS = 20_000


@pytest.fixture(params=list(Edition), ids=str)
def edition(request: pytest.FixtureRequest) -> Iterator[Place]:
    """The GPT-trainer API in each edition, with pauses a twentieth as long as usual."""
    with EmbeddedServer(pace=0.05, seed=7, edition=request.param) as server:
        yield Place("gpt-trainer", server)


@asynccontextmanager
async def connected(place: Place) -> AsyncIterator[Connection]:
    async with place.backend() as backend:
        profile = Profile("test", place.api.split()[0], place.server.url)
        yield Connection(profile, backend, MemoryStore(), await usable_bot(backend))


async def send(conversation: Conversation, text: str) -> Settled:
    async with aclosing(conversation.send(text)) as events:
        async for event in events:
            if isinstance(event, Settled):
                return event
    raise AssertionError("a send always ends with Settled")


async def check_periods(backend: Backend) -> None:
    bot_id = await usable_bot(backend)
    everything = await backend.sessions(bot_id)
    found = (each.created_at or each.updated_at for each in everything)
    times = sorted(moment for moment in found if moment)
    assert len(times) == len(everything) > 2
    middle = times[len(times) // 2]
    for period in (
        Period(middle, middle),
        Period(start=middle),
        Period(end=middle),
        Period(times[0], middle - MOMENT),
        Period(times[-1] + MOMENT),
    ):
        expected = [each.id for each in everything if period.holds(each)]
        assert [each.id for each in await backend.sessions(bot_id, period)] == expected, period


async def test_sessions_of_a_period_are_those_made_in_it(place: Place) -> None:
    async with place.backend() as backend:
        await check_periods(backend)


async def test_sessions_of_a_period_come_from_hosts_of_every_edition(edition: Place) -> None:
    async with edition.backend() as backend:
        await check_periods(backend)


async def test_exchanges_are_deleted_with_question_and_answer(place: Place) -> None:
    async with connected(place) as connection:
        conversation = connection.conversation()
        for number in range(4):
            await send(conversation, f"echo {number}")
        ids = [message.id for message in conversation.messages]
        if connection.backend.message_deletion is None:
            with pytest.raises(NotOffered):
                await conversation.stored.delete([ids[0]])
            return
        await conversation.stored.delete([ids[1]])
        assert [message.id for message in conversation.messages] == ids[2:]
        await conversation.stored.delete([ids[2], ids[7]])
        kept = [message.id for message in conversation.messages]
        assert kept == ids[4:6]
        assert [message.id for message in await conversation.reread()] == kept


async def test_plain_text_has_one_form_whoever_writes_it(place: Place) -> None:
    async with place.backend() as backend:
        session_id, bot_id = await new_session(backend)
        for text in ("echo one\n\ntwo", "echo three"):
            await ask(backend, session_id, bot_id, text)
        text, is_servers = await plain_text(backend, session_id)
    assert is_servers is (place.api == "gpt-trainer")
    assert text == (
        "User: echo one\n\ntwo\nAssistant: one\n\ntwo\n\nUser: echo three\nAssistant: three"
    )


async def test_what_an_edition_lacks_is_hidden_once_it_was_tried(edition: Place) -> None:
    async with edition.backend() as backend:
        session_id, bot_id = await new_session(backend)
        await ask(backend, session_id, bot_id, "echo kept")
        history = await backend.messages(session_id)
        text, is_servers = await plain_text(backend, session_id)
        assert (backend.plain_texts is not None) is is_servers
        assert text == "User: echo kept\nAssistant: kept"
        assert (
            await present(backend.whole_answers).answer(session_id, bot_id, "echo whole")
        ).text == "whole"
        await present(backend.message_deletion).delete_messages(session_id, [history[-1].id])
        can_delete = True
        try:
            await present(backend.session_deletion).delete_session(session_id)
        except NotOffered:
            can_delete = False
            assert [each.text for each in await backend.messages(session_id)][1:] == ["whole"]
        assert (backend.session_deletion is not None) is can_delete
        assert backend.message_deletion is not None
        assert [is_servers, can_delete] in ([True, True], [False, True], [False, False])


async def test_an_operators_words_come_later_in_the_place_of_an_empty_answer(
    edition: Place,
) -> None:
    async with connected(edition) as connection:
        conversation = connection.conversation()
        settled = await send(conversation, "An operator, please.")
        assert settled.answer.failure is None
        if not settled.answer.text:
            assert [type(part) for part in settled.answer.parts] == [NotePart]
            assert conversation.awaits_server
        for _ in range(MANY_READINGS):
            if not conversation.awaits_server:
                break
            await conversation.reread()
    assert [message.role for message in conversation.messages] == [Role.USER, Role.ASSISTANT]
    assert conversation.messages[-1].text == OPERATOR_SAYS
    assert settled.question == conversation.messages[0]
