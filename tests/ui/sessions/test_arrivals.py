"""Sessions of customers that begin at the server while an operator reads others."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from tests.fakes import NOON
from tests.ui.harness import Pauses, Stage, stage
from tests.unit.conversation.test_watching import Shop
from tui.backends.base import Capabilities
from tui.errors import AccessRefused, ServerFailed
from tui.model import Session
from tui.safe_text import SafeText
from tui.ui.chat.arrivals import LOOK_S
from tui.ui.chat.refreshing import POLL_PAUSES_S


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


async def test_a_host_that_can_only_tell_its_whole_list_is_not_asked_again_and_again() -> None:
    backend, pauses = desk(), Pauses()
    plain = Shop(can=backend.can, listed=backend.listed)
    async with stage(plain, pauses=pauses) as it:
        await it.until(lambda: len(it.list.rows) == 1)
        assert not {*pauses.asked_s} - {*POLL_PAUSES_S}
        assert backend.clock.now() == NOON + timedelta()
