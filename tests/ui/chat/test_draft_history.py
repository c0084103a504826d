from __future__ import annotations

from collections.abc import Awaitable, Callable
from random import Random

import pytest

from tests.fakes import NOON, ScriptedBackend, assistant, says, user
from tests.ui.harness import Stage, stage
from tui.errors import Unreachable
from tui.model import Session
from tui.safe_text import SafeText
from tui.turn import QueuedQuestion
from tui.ui.sessions.panel import SessionPanel

Road = Callable[[Stage, Random], Awaitable[None]]
"""A way by which text leaves the box without being sent."""


async def to_another_session(it: Stage, random: Random) -> None:
    await it.open(random.choice(["a", "b", "c"]))


async def to_a_new_session(it: Stage, random: Random) -> None:
    await it.press("ctrl+n")


async def cleared(it: Stage, random: Random) -> None:
    it.composer.focus()
    await it.press("ctrl+c")


async def an_earlier_question(it: Stage, random: Random) -> None:
    it.composer.focus()
    await it.press(*["up"] * random.randint(1, 3))


async def a_question_searched_for(it: Stage, random: Random) -> None:
    await it.press("ctrl+r", "enter")


async def asked_again_edited(it: Stage, random: Random) -> None:
    await it.press("alt+up", "e")


async def deleted(it: Stage, random: Random) -> None:
    it.one(SessionPanel).take_keys()
    await it.press("home", "ctrl+d", "y")
    await it.pilot.pause()


async def unsent(it: Stage, random: Random) -> None:
    backend = it.chat.open_chat.backend
    assert isinstance(backend, ScriptedBackend)
    backend.read_errors = [Unreachable("No connection.")] * 3
    backend.create_errors = [Unreachable("No connection.")]
    backend.scripts = [says("Sent after all.")]
    it.composer.focus()
    await it.press("enter")
    await it.settled()
    backend.read_errors, backend.create_errors = [], []


async def queued_and_taken_back(it: Stage, random: Random) -> None:
    conversation = it.chat.open_chat.conversation
    assert conversation is not None
    queue = it.chat.controllers.asking.queue
    if not queue.take_back():
        conversation.queue.add(QueuedQuestion.of("Queued?"))
    await it.pilot.pause()


ROADS: tuple[Road, ...] = (
    to_another_session,
    to_a_new_session,
    cleared,
    an_earlier_question,
    a_question_searched_for,
    asked_again_edited,
    deleted,
    unsent,
    queued_and_taken_back,
)


def within_reach(it: Stage) -> str:
    """All that can be had again without having been sent: in a box, or with Up and Ctrl+R."""
    connection = it.chat.open_chat.connection
    assert connection is not None
    local = connection.local
    drafts = [local.draft(each) for each in local.unsent_ids]
    queued = [each.written for each in local.queues.all()]
    return "\n".join([it.composer.whole_text, *drafts, *queued, *local.questions()])


@pytest.mark.parametrize("seed", range(2))
async def test_whatever_takes_text_out_of_the_box_leaves_it_within_reach(seed: int) -> None:
    random = Random(seed)
    backend = ScriptedBackend(
        histories={
            each: [user(f"{each}0", f"Asked {each}"), assistant(f"{each}1", "Yes.")]
            for each in "abc"
        },
        listed=[Session(each, SafeText(f"Title {each}"), updated_at=NOON) for each in "abc"],
    )
    async with stage(backend) as it:
        await it.open("a")
        await it.settled()
        written: list[str] = []
        roads = [*ROADS, *ROADS]
        random.shuffle(roads)
        for number, road in enumerate(roads):
            text = f"<{number}>"
            it.composer.focus()
            it.composer.type(text)
            await it.until(lambda: text in it.composer.whole_text)  # noqa: B023 - called at once
            written.append(text)
            await road(it, random)
            await it.settled()
            missing = [each for each in written if each not in within_reach(it)]
            assert (road.__name__, missing) == (road.__name__, [])
