from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from tests.event_loops import unhurried
from tests.fakes import ScriptedBackend, Step, assistant, connection, user
from tests.unit.conversation.watch import SESSION, delta, settled, texts
from tui.conversation import Conversation
from tui.errors import BadInput, StreamBroken
from tui.events import Completed, Started, ToolCalled, ToolProgressed, ToolReturned, TurnEvent
from tui.model import MessageStatus, Run, ToolPart, ToolState
from tui.safe_text import SafeText

RUN = Run("run-1", "q1")
STEPS: list[Step] = [
    Started(),
    ToolCalled(0, SafeText("collect"), None),
    ToolProgressed(0, SafeText("40 %")),
    ToolReturned(0, {"found": 3}),
    delta("Three things."),
    Completed(),
]


def running(*steps: Step) -> ScriptedBackend:
    return ScriptedBackend(
        offers=frozenset({"workflows"}),
        histories={SESSION: [user("q0", "Hi"), assistant("a0", "Hello"), user("q1", "Collect")]},
        scripts=[list(steps or STEPS)],
        stores=lambda session, question, streamed: [
            user("q1", question),
            assistant("a1", streamed),
        ],
        going_on={SESSION: RUN},
    )


async def opened(backend: ScriptedBackend) -> Conversation:
    conversation = connection(backend).conversation(SESSION)
    await conversation.reread()
    return conversation


async def attach(conversation: Conversation, run: Run = RUN) -> list[TurnEvent]:
    events: list[TurnEvent] = []
    async with aclosing(conversation.attach(run)) as turn:
        async for event in turn:
            events.append(event)
            ids = [message.id for message in conversation.timeline]
            assert len(ids) == len(set(ids))
            assert texts(conversation.timeline).count("Collect") == 1
    return events


@unhurried
async def test_a_run_is_followed_to_its_stored_answer() -> None:
    conversation = await opened(running())
    answer = settled(await attach(conversation)).answer
    assert answer.id == "a1"
    assert texts(conversation.messages) == ["Hi", "Hello", "Collect", "Three things."]
    assert [tool.state for tool in answer.tools] == [ToolState.DONE]
    assert conversation.progress is None


@unhurried
async def test_a_followed_run_asks_nothing_and_writes_no_question_down() -> None:
    backend = running()
    link = connection(backend)
    conversation = link.conversation(SESSION)
    await conversation.reread()
    await attach(conversation)
    assert link.local.questions() == []


@unhurried
async def test_progress_shows_while_a_step_runs() -> None:
    gate = asyncio.Event()
    conversation = await opened(running(*STEPS[:3], gate, *STEPS[3:]))
    async with aclosing(conversation.attach(RUN)) as turn:
        async for event in turn:
            if isinstance(event, ToolProgressed):
                break
        (tool,) = [p for p in conversation.timeline[-1].parts if isinstance(p, ToolPart)]
        assert (tool.state, tool.progress) == (ToolState.RUNNING, "40 %")


@unhurried
async def test_a_run_whose_stream_breaks_keeps_its_question_stored() -> None:
    backend = running(Started(), ToolCalled(0, SafeText("collect"), None), StreamBroken("Cut."))
    backend.stores = lambda session, question, streamed: [user("q1", question)]
    conversation = await opened(backend)
    end = settled(await attach(conversation))
    assert end.question.status is MessageStatus.STORED
    assert end.answer.failure is not None
    assert end.answer.failure.sentence == "Cut."
    assert [m.id for m in conversation.messages][:3] == ["q0", "a0", "q1"]
    assert len(conversation.messages) == 4


@unhurried
async def test_a_run_that_cannot_be_read_about_afterwards_stands_behind_its_question() -> None:
    backend = running(Started(), delta("Thr"), StreamBroken("Cut."))
    conversation = await opened(backend)
    backend.read_errors = [StreamBroken("Gone.")] * 4
    await attach(conversation)
    assert texts(conversation.messages) == ["Hi", "Hello", "Collect", "Thr"]


@unhurried
async def test_a_run_without_any_question_is_refused() -> None:
    backend = running()
    backend.histories[SESSION] = []
    conversation = await opened(backend)
    with pytest.raises(BadInput):
        await attach(conversation)
    assert conversation.progress is None
