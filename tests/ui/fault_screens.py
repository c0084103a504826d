"""Every fault of the embedded server through the real screen, and what must stand on it."""

from __future__ import annotations

import asyncio
import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from tests.contract.conftest import APIS, Place
from tests.contract.fault_cases import CASES, REAL, RESTART, WHOLE_END, Case, Shown
from tests.event_loops import IdleLoop
from tests.fakes import StillClock
from tests.ui.harness import Stage, app_of, last_seen, ready
from tests.ui.painting import unpainted
from tests.waiting import Condition, unmet
from tui.conversation import Connection
from tui.model import Message, Profile, Role
from tui.server import Dialect, EmbeddedServer
from tui.store import MemoryStore
from tui.ui.transcript.reading_pane import ReadingPane

SEND_LIMIT_S = 40
SIZE = (96, 36)
"""No list of sessions is beside it, which would be drawn anew for each answer."""
STREAMED = [case for case in (*CASES, RESTART) if case.streaming]
CASES_OF: dict[str, list[Case]] = {api: [] for api in APIS}
for number, each in enumerate(STREAMED):
    CASES_OF[each.apis[number % len(each.apis)]].append(each)


@dataclass(frozen=True, slots=True)
class Seen:
    """What stood on the screen when a send with a fault was over."""

    questions: Sequence[str]
    answer: Message
    drawn: str
    """The transcript as drawn, on one line."""
    next_answer: str | None
    """What came for the question after it; `None` where a later case came to the same end.

    That the send after each fault is answered, the contract tells.
    """


@functools.cache
def all_seen(api: str) -> dict[str, Seen | BaseException]:
    """What was seen of each case of an API; of one that went wrong, what went wrong."""
    with (
        EmbeddedServer(dialect=dialect_of(api), pace=0, seed=7) as server,
        asyncio.Runner(loop_factory=IdleLoop) as runner,
    ):
        seen: dict[str, Seen | BaseException] = {}
        while len(seen) < len(CASES_OF[api]):
            # a program in which a case went wrong is good for no other
            seen |= runner.run(play(api, server, CASES_OF[api][len(seen) :]))
        return seen


def check(api: str, case: Case) -> None:
    """Assert that question, whatever arrived, cause and next key stood there, and it went on."""
    saw = all_seen(api)[str(case)]
    if isinstance(saw, BaseException):
        raise AssertionError(f"{api}: {case} did not come to its end: {saw}") from saw
    assert saw.questions.count(case.question) == max(1, case.stored)
    check_arrived(saw, case.ends(api)[0])
    check_cause(saw, case.ends(api)[1])
    assert saw.next_answer in (None, "and now?")


def check_arrived(saw: Seen, shown: Shown) -> None:
    match shown:
        case Shown.WHOLE:
            assert saw.answer.text.endswith(WHOLE_END)
            assert "The last sentence of the answer ends here." in saw.drawn
        case Shown.PART:
            assert saw.answer.text
            assert "faults on demand" in saw.drawn
        case Shown.NOTHING:
            assert saw.answer.text == ""
        case Shown.OTHER:
            assert saw.answer.text


def check_cause(saw: Seen, cause: str) -> None:
    if saw.answer.failure is None:
        assert cause == ""
        return
    assert cause in saw.answer.failure.sentence
    assert flowing(saw.answer.failure.sentence) in saw.drawn
    assert "r retry" in saw.drawn
    assert "e edit" in saw.drawn


def dialect_of(api: str) -> Dialect:
    return Dialect.REAL if api == REAL else Dialect.DOCUMENTED


async def play(
    api: str, server: EmbeddedServer, cases: Sequence[Case]
) -> dict[str, Seen | BaseException]:
    """Play cases one after the other in one running program, until one goes wrong."""
    seen: dict[str, Seen | BaseException] = {}
    case = cases[0]
    try:
        async with Place(api, server).backend() as backend:
            profile = Profile("demo", api.split()[0], server.url)
            connection = Connection(profile, backend, MemoryStore())
            connection.bot_id = (await backend.bots())[0].id
            app = app_of(connection, clock=StillClock())
            async with app.run_test(size=SIZE) as pilot:
                it = Stage(app, pilot)
                await ready(it)
                last_to_end_so = {end_of(each, api): each for each in cases}
                for case in cases:
                    is_followed_up = case in last_to_end_so.values()
                    seen[str(case)] = await look(it, case, is_followed_up=is_followed_up)
    except Exception as error:  # noqa: BLE001 - told by the test of the case
        seen[str(case)] = error
    return seen


def end_of(case: Case, api: str) -> object:
    """Return what the program is left with: it goes on the same way whatever the sentence says."""
    shown, failure = case.ends(api)
    return shown, bool(failure), case.stored


async def look(it: Stage, case: Case, *, is_followed_up: bool) -> Seen:
    with unpainted():
        await send(it, case)
    await it.pilot.pause()
    drawn = flowing(" ".join(it.rows(it.transcript)))
    await it.transcript.selection.first()
    questions = [view.message.text for view in it.views if view.message.role is Role.USER]
    answer, next_answer = visible(it)[-1], None
    if is_followed_up:
        with unpainted():
            next_answer = await follow_up(it, case)
    return Seen(questions, answer, drawn, next_answer)


async def send(it: Stage, case: Case) -> None:
    """Ask with a fault, and wait until all that comes of it stands there."""
    await it.chat.controllers.navigation.new_session()
    await it.ask(case.question)
    if "endless" in case.question:
        await over(it, lambda: len(visible(it)) > 1 and len(visible(it)[-1].text) > 1_000)
        await it.press("escape")
    await over(it, lambda: len(visible(it)) > 1 and not it.chat.send_workers.busy)
    await over(it, lambda: it.in_line)
    if "endless" in case.question:
        # what was stopped stays in view, and what is told of it is below
        it.one(ReadingPane).action_last()
        await over(it, lambda: "You stopped" in " ".join(it.rows(it.transcript)))


async def follow_up(it: Stage, case: Case) -> str:
    if "fault deleted" in case.question:
        await it.chat.controllers.navigation.new_session()
    await it.ask("echo and now?")
    await over(it, lambda: not it.chat.send_workers.busy and it.texts[-1:] == ["and now?"])
    return it.texts[-1]


def visible(it: Stage) -> Sequence[Message]:
    """Return the messages of the open conversation: above a long answer none may be mounted."""
    conversation = it.transcript.conversation
    return tuple(conversation.timeline) if conversation is not None else ()


async def over(it: Stage, condition: Condition) -> None:
    """Wait for something that takes the time of the wire."""
    try:
        async with asyncio.timeout(SEND_LIMIT_S):
            while not condition():  # noqa: ASYNC110 - of a wire nothing tells
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(unmet(condition, last_seen(it))) from None


def flowing(text: str) -> str:
    """Return what is read across line breaks, frames and columns."""
    return " ".join(re.sub(r"[▀-▟│┃━]", " ", text).split())
