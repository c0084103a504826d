"""A question asked before it is known what can answer: every end of the wait, from every place."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from tests.event_loops import unhurried
from tests.fakes import ScriptedBackend, connection, says
from tests.unit.conversation.watch import SESSION, send, settled, texts
from tests.waiting import until
from tui.backends.base import Capabilities
from tui.conversation import Connection, Conversation
from tui.errors import AccessRefused, RunnelError, Unreachable
from tui.model import Bot, MessageStatus, Role
from tui.safe_text import SafeText

ONE = [Bot("a", SafeText("A"))]
TWO = [*ONE, Bot("b", SafeText("B"))]
CHATBOTS = Capabilities(bot_noun="chatbot", sessions_belong_to_bot=True)
MODELS = Capabilities(bot_noun="model", sessions_belong_to_bot=False)


@dataclass
class SlowBots(ScriptedBackend):
    """Says what can answer when the gate is open."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    error: RunnelError | None = None
    readings: int = 0

    async def bots(self) -> list[Bot]:
        self.readings += 1
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        return await super().bots()


def undecided(backend: SlowBots) -> Connection:
    link = connection(backend)
    link.bot_id = ""
    return link


def conversation_of(link: Connection, backend: SlowBots, *, is_new: bool) -> Conversation:
    if not is_new:
        backend.histories[SESSION] = []
    return link.conversation(None if is_new else SESSION)


async def waiting(conversation: Conversation, text: str) -> asyncio.Task[object]:
    """Return the send of `text` once that is shown and waits."""
    sending = asyncio.create_task(send(conversation, text))
    await until(lambda: texts(conversation.timeline)[-2:] == [text, ""])
    return sending


@pytest.mark.parametrize(("can", "is_new"), [(CHATBOTS, True), (MODELS, True), (MODELS, False)])
@pytest.mark.parametrize(("offered", "preferred", "bot"), [(ONE, "", "a"), (TWO, "b", "b")])
@unhurried
async def test_it_is_sent_once_when_the_bot_is_known(
    can: Capabilities, is_new: bool, offered: list[Bot], preferred: str, bot: str
) -> None:
    backend = SlowBots(offered=offered, preferred=preferred, can=can, scripts=[says("Hello")])
    link = undecided(backend)
    conversation = conversation_of(link, backend, is_new=is_new)
    sending = await waiting(conversation, "Hi")
    assert backend.sent == []
    if is_new:
        assert [each.title for each in link.listed_sessions()] == ["Hi"]
    backend.gate.set()
    await sending
    assert (backend.sent, backend.asked_bots, backend.readings) == (["Hi"], [bot], 1)
    assert texts(conversation.messages) == ["Hi", "Hello"]
    assert [each.id for each in link.listed_sessions()] == [conversation.id] * is_new


FAILURES = [
    (Unreachable("No server answers.", hint="Start it.", sent=False), ONE, "No server answers."),
    (AccessRefused("You did not sign in."), ONE, "You did not sign in."),
    (None, [], "There is no model to ask."),
    (None, TWO, "No model is chosen."),
]


@pytest.mark.parametrize("is_new", [True, False])
@pytest.mark.parametrize(("error", "offered", "sentence"), FAILURES)
@unhurried
async def test_it_stands_as_unsent_with_the_reason_and_is_sent_when_asked_again(
    is_new: bool, error: RunnelError | None, offered: list[Bot], sentence: str
) -> None:
    backend = SlowBots(offered=offered, scripts=[says("Hello")], error=error)
    link = undecided(backend)
    conversation = conversation_of(link, backend, is_new=is_new)
    backend.gate.set()
    ended = settled(await send(conversation, "Hi"))
    assert backend.sent == []
    assert ended.question.status is MessageStatus.UNSENT
    assert ended.answer.failure is not None
    assert ended.answer.failure.sentence == sentence
    assert conversation.unsent.take_back(ended.question) == ""
    assert [each.title for each in link.listed_sessions()] == ["Hi"] * is_new
    backend.error, link.bot_id = None, "a"
    conversation.unsent.withdraw(ended.question.id)
    await send(conversation, "Hi")
    assert backend.sent == ["Hi"]


@pytest.mark.parametrize("is_new", [True, False])
@pytest.mark.parametrize("opens", [True, False])
@unhurried
async def test_stopped_it_is_given_back_and_nothing_is_left_of_it(
    is_new: bool, opens: bool
) -> None:
    backend = SlowBots()
    link = undecided(backend)
    conversation = conversation_of(link, backend, is_new=is_new)
    sending = asyncio.create_task(send(conversation, " Hi\n"))
    await until(lambda: len(conversation.timeline) == 2)
    conversation.draft = "written since"
    conversation.stop()
    if opens:
        backend.gate.set()
    ended = settled(await sending)
    assert conversation.unsent.take_back(ended.question) == " Hi\n"
    assert conversation.unsent.take_back(ended.question) == ""
    assert (backend.sent, tuple(conversation.timeline)) == ([], ())
    assert list(link.listed_sessions()) == []
    assert conversation.draft == "written since"
    if is_new:
        assert (conversation.id, link.conversation().draft) == ("", "written since")


@unhurried
async def test_given_up_with_the_program_it_is_kept_as_unsent() -> None:
    backend = SlowBots()
    conversation = undecided(backend).conversation()
    sending = await waiting(conversation, "Hi")
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    (question, _) = conversation.messages
    assert (question.role, question.status) == (Role.USER, MessageStatus.UNSENT)
    assert backend.sent == []


@unhurried
async def test_a_session_that_belongs_to_a_bot_is_asked_without_waiting_for_one() -> None:
    backend = SlowBots(can=CHATBOTS, scripts=[says("Hello")])
    conversation = conversation_of(undecided(backend), backend, is_new=False)
    await send(conversation, "Hi")
    assert (backend.sent, backend.readings) == (["Hi"], 0)


@unhurried
async def test_questions_in_several_sessions_wait_for_the_same_reading() -> None:
    backend = SlowBots(scripts=[says("1"), says("2"), says("3")])
    link = undecided(backend)
    conversations = [link.conversation() for _ in range(3)]
    sendings = [await waiting(each, f"Hi {at}") for at, each in enumerate(conversations)]
    conversations[1].stop()
    await sendings[1]
    backend.gate.set()
    await asyncio.gather(*sendings)
    assert sorted(backend.sent) == ["Hi 0", "Hi 2"]
    assert backend.readings == 1
