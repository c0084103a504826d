"""Sessions of customers that begin at the server while an operator reads others."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.fakes import NOON
from tests.ui.harness import Pauses, Stage, stage
from tests.unit.conversation.test_watching import Shop
from tui.backends.base import Capabilities
from tui.errors import AccessRefused, ServerFailed
from tui.facts import SessionFacts
from tui.model import Session
from tui.safe_text import SafeText
from tui.ui.chat.arrivals import LOOK_S, LOOK_WHOLE_S, MAX_WHOLE_ROWS, MOST_READ
from tui.values import replace


@dataclass(repr=False)
class Desk(Shop):
    can: Capabilities = field(
        default_factory=lambda: Capabilities("chatbot", sessions_belong_to_bot=True, operators=True)
    )

    @property
    def takes_period(self) -> bool:
        return True


def desk() -> Desk:
    desk = Desk()
    desk.asked("old", "Before?", "Yes.")
    desk.listed[0] = Session("old", SafeText("Old"), created_at=NOON, updated_at=NOON)
    return desk


async def looked(it: Stage, pauses: Pauses, times: int) -> None:
    await it.until(lambda: pauses.asked_s.count(LOOK_S) == times)


async def test_what_arrives_stands_in_the_list_and_the_open_session_goes_on() -> None:
    backend, pauses = desk(), Pauses()
    async with stage(backend, clock=backend.clock, pauses=pauses) as it:
        await it.open("old")
        await looked(it, pauses, 1)
        backend.clock.seconds += 60
        backend.asked("new", "Is anybody there?", "Yes.")
        backend.asked("old", "And now?", "Still.")
        pauses.end()
        await it.until(lambda: [row.session.id for row in it.list.rows] == ["old", "new"])
        await it.until(lambda: it.texts == ["Before?", "Yes.", "And now?", "Still."])
        await looked(it, pauses, 2)
        reads, drawn = backend.reads, it.drawn
        pauses.end()
        await looked(it, pauses, 3)
        assert (backend.reads, it.drawn) == (reads, drawn)


async def test_a_look_that_fails_says_nothing_and_the_next_comes_later() -> None:
    backend, pauses = desk(), Pauses()
    async with stage(backend, clock=backend.clock, pauses=pauses) as it:
        await looked(it, pauses, 1)
        backend.list_errors.append(ServerFailed("HTTP 500."))
        pauses.end()
        await it.until(lambda: pauses.asked_s[-1] == 2 * LOOK_S)
        assert it.notice == ""
        backend.asked("new", "Is anybody there?", "Yes.")
        pauses.end()
        await it.until(lambda: len(it.list.rows) == 2)
        await it.until(lambda: pauses.asked_s[-1] == LOOK_S)
        backend.list_errors.append(AccessRefused("The key is wrong."))
        pauses.end()
        await it.until(lambda: not backend.list_errors)
        await it.press("x")
        assert it.notice == ""
        assert pauses.asked_s[-1] == LOOK_S


async def test_a_whole_list_is_asked_for_seldom_and_not_when_it_is_long() -> None:
    backend, pauses = desk(), Pauses()
    plain = Shop(can=backend.can, listed=backend.listed)
    async with stage(plain, pauses=pauses) as it:
        await it.until(lambda: pauses.asked_s == [LOOK_WHOLE_S])
        plain.asked("new", "Is anybody there?", "Yes.")
        pauses.end()
        await it.until(lambda: len(it.list.rows) == 2)
        plain.listed += [Session(f"s{at}") for at in range(MAX_WHOLE_ROWS)]
        await it.press("f5")
        await it.until(lambda: len(it.list.rows) > MAX_WHOLE_ROWS)
        reads = len(plain.read_periods)
        await it.until(lambda: pauses.asked_s == [LOOK_WHOLE_S] * 3)
        pauses.end()
        await it.until(lambda: pauses.asked_s == [LOOK_WHOLE_S] * 4)
        assert len(plain.read_periods) == reads


async def test_what_began_while_the_machine_slept_for_days_is_found() -> None:
    backend, pauses = desk(), Pauses()
    async with stage(backend, clock=backend.clock, pauses=pauses) as it:
        await looked(it, pauses, 1)
        backend.clock.seconds += 3600
        backend.asked("new", "Is anybody there?", "Yes.")
        backend.clock.seconds += 5 * 86_400
        pauses.end()
        await it.until(lambda: len(it.list.rows) == 2)


async def test_what_arrives_is_read_so_that_saved_queries_count_it() -> None:
    backend, pauses = desk(), Pauses()
    backend.listed[0] = replace(backend.listed[0], facts=SessionFacts())
    async with stage(backend, clock=backend.clock, pauses=pauses) as it:
        await looked(it, pauses, 1)
        backend.clock.seconds += 60
        for at in range(2 * MOST_READ):
            backend.asked(f"new{at}", "A refund?", "No.", frustration=SafeText("angry"))
        backend.listed = [replace(each, facts=SessionFacts()) for each in backend.listed]
        for times in (2, 3):
            pauses.end()
            await looked(it, pauses, times)
        await it.until(lambda: f"Frustrated {2 * MOST_READ}" in it.drawn)
