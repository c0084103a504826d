from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

import pytest

from tests.fakes import ScriptedBackend, assistant, connection, says, user
from tests.unit.conversation.watch import send
from tui.backends.base import Capabilities
from tui.conversation import Conversation
from tui.errors import CustomersSession
from tui.events import TurnEvent
from tui.store import MemoryStore
from tui.turn import QueuedQuestion

OPERATED = Capabilities("chatbot", sessions_belong_to_bot=True, operators=True)
QUESTION = user("q", "Where is it?")


def shop() -> ScriptedBackend:
    history = [QUESTION, assistant("a", "Here.")]
    return ScriptedBackend(
        histories={"s": history}, scripts=[says("One"), says("Two")], can=OPERATED
    )


Events = AsyncGenerator[TurnEvent, None]


async def queued(conversation: Conversation) -> Events:
    conversation.queue.add(QueuedQuestion.of("And?"))
    async with aclosing(conversation.send_queued()) as events:
        async for each in events:
            yield each


@pytest.mark.parametrize(
    "ask",
    [
        lambda conversation: conversation.send("And?"),
        lambda conversation: conversation.send_again(QUESTION),
        queued,
    ],
)
async def test_every_way_to_ask_in_a_customers_session_needs_a_persons_word(
    ask: Callable[[Conversation], Events],
) -> None:
    backend = shop()
    conversation = connection(backend).conversation("s")
    with pytest.raises(CustomersSession):
        _ = [each async for each in ask(conversation)]
    assert not backend.sent
    assert not conversation.queue
    assert not conversation.open_turns
    await conversation.ask_here()
    _ = [each async for each in ask(conversation)]
    assert len(backend.sent) == 1


async def test_the_word_holds_at_every_later_start() -> None:
    backend, store = shop(), MemoryStore()
    conversation = connection(backend, store=store).conversation("s")
    await conversation.ask_here()
    later = connection(backend, store=store).conversation("s")
    await send(later, "And?")
    assert not later.is_customers


async def test_a_session_begun_here_needs_none_at_a_later_start_either() -> None:
    backend, store = shop(), MemoryStore()
    begun = connection(backend, store=store).conversation()
    await send(begun, "Anybody?")
    later = connection(backend, store=store).conversation(begun.session_id)
    await send(later, "And?")
    assert backend.sent == ["Anybody?", "And?"]


async def test_a_session_in_which_was_asked_from_here_before_that_was_noted_needs_none() -> None:
    backend, store = shop(), MemoryStore()
    first = connection(backend, store=store)
    conversation = first.conversation("s")
    await conversation.ask_here()
    await send(conversation, "And?")
    first.local.marks.forget(["s"])
    first.store.marks.save("s", first.local.marks.of("s"))
    await send(connection(backend, store=store).conversation("s"), "Still?")
    assert backend.sent == ["And?", "Still?"]


async def test_where_sessions_are_a_persons_own_no_word_is_needed_or_kept() -> None:
    backend = ScriptedBackend(histories={"s": []}, scripts=[says("One")])
    link = connection(backend)
    await send(link.conversation("s"), "And?")
    await link.conversation().ask_here()
    assert not any(each.is_ours for each in link.local.marks.by_session.values())


async def test_an_operators_session_that_no_list_tells_of_is_held_with_customers() -> None:
    link = connection(shop())
    opened = link.conversation("s")
    assert link.known_session("s") is None
    assert opened.names.of_customers
    await opened.ask_here()
    assert opened.names.of_customers
    assert not link.conversation().names.of_customers
    assert (
        not connection(ScriptedBackend(histories={"s": [QUESTION]}))
        .conversation("s")
        .names.of_customers
    )
