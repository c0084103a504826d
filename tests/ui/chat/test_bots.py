from __future__ import annotations

import asyncio
from dataclasses import dataclass

from tests.fakes import NOON, ScriptedBackend, StillClock, assistant, says, user
from tests.ui.harness import Stage, other_profile, stage
from tui.backends.base import Capabilities
from tui.errors import Unreachable
from tui.events import Started, TextDelta
from tui.model import ALWAYS, Bot, Period, Session
from tui.safe_text import SafeText
from tui.ui.dialogs.pick import PickScreen

BOTS = [
    Bot("bot", SafeText("Small"), SafeText("public · citations off")),
    Bot("large", SafeText("Large"), SafeText("private · citations on")),
]


@dataclass
class OwningBackend(ScriptedBackend):
    """Has sessions of their own for each bot."""

    async def sessions(self, bot_id: str, period: Period = ALWAYS) -> list[Session]:
        return [each for each in self.listed if each.id.startswith(bot_id)]


def owning() -> OwningBackend:
    names = ("bot-1", "large-1")
    return OwningBackend(
        histories={name: [user(f"{name}q", "Q"), assistant(f"{name}a", "A")] for name in names},
        listed=[Session(name, SafeText(name), updated_at=NOON) for name in names],
        offered=list(BOTS),
        can=Capabilities("chatbot", sessions_belong_to_bot=True),
    )


async def pick(it: Stage, *letters: str) -> None:
    await it.press("f6")
    await it.until(lambda: isinstance(it.app.screen, PickScreen))
    await it.press(*letters, "enter")
    await it.until(lambda: it.app.screen is it.chat)


async def test_the_picker_tells_what_each_bot_is() -> None:
    async with stage(owning()) as it:
        await it.press("f6")
        await it.until(lambda: isinstance(it.app.screen, PickScreen))
        await it.until(lambda: "Large  private · citations on" in it.drawn)


async def test_a_picker_asked_for_while_one_opens_is_that_one() -> None:
    async with stage(owning()) as it:
        for _ in range(2):
            it.chat.controllers.asking.bots.pick()
            await it.until(lambda: isinstance(it.app.screen, PickScreen))
        assert len(it.app.screen_stack) == 3
        await it.press("escape")
        await it.until(lambda: it.app.screen is it.chat)


async def test_the_server_is_told_of_the_choice() -> None:
    backend = ScriptedBackend(offered=list(BOTS))
    async with stage(backend) as it:
        await pick(it, *"large")
        await it.until(lambda: backend.preferred == "large")
        assert it.status.place == "test/Large"


class ForgetfulBackend(ScriptedBackend):
    async def prefer_bot(self, bot_id: str) -> None:
        raise Unreachable("No connection.")


async def test_a_choice_the_server_does_not_note_stays_here() -> None:
    backend = ForgetfulBackend(offered=list(BOTS), scripts=[says("Yes")])
    async with stage(backend) as it:
        await pick(it, *"large")
        await it.until(lambda: "did not save this choice of model: No connection." in it.notice)
        assert it.status.place == "test/Large"
        await it.ask("Well?")
        await it.settled()
        assert it.texts == ["Well?", "Yes"]


async def test_another_bot_has_other_sessions_and_the_drafts_stay_where_they_were() -> None:
    async with stage(owning()) as it:
        await it.open("bot-1")
        await it.settled()
        await it.write("for the small one")
        await pick(it, *"large")
        await it.until(lambda: [row.session.id for row in it.list.rows] == ["large-1"])
        assert it.texts == []
        assert it.composer.whole_text == ""
        await it.write("not sent yet")
        await pick(it, *"small")
        await it.until(lambda: [row.session.id for row in it.list.rows] == ["bot-1"])
        assert it.composer.whole_text == "not sent yet"
        await it.open("bot-1")
        assert it.composer.whole_text == "for the small one"


async def test_an_answer_goes_on_behind_another_bot() -> None:
    backend, gate = owning(), asyncio.Event()
    backend.scripts = [[Started(), TextDelta(SafeText("one, ")), gate, TextDelta(SafeText("two"))]]
    async with stage(backend) as it:
        await it.open("bot-1")
        await it.settled()
        await it.ask("Count")
        await it.until(lambda: "one, " in it.texts)
        await pick(it, *"large")
        await it.until(lambda: [row.session.id for row in it.list.rows] == ["large-1"])
        assert it.status.elsewhere == "+1 answering"
        gate.set()
        await it.settled()
        await pick(it, *"small")
        await it.open("bot-1")
        await it.settled()
        assert it.texts[-2:] == ["Count", "one, two"]


async def test_drafts_stay_in_their_profile() -> None:
    clock = StillClock()
    here, there = ScriptedBackend(), ScriptedBackend()
    async with stage(here, other_profile("lab", there, clock), clock=clock) as it:
        await it.write("written here")
        it.app.front.profiles.open("lab")
        await it.until(lambda: it.status.place.startswith("lab"))
        assert it.composer.whole_text == ""
        await it.write("written there")
        it.app.front.profiles.open("test")
        await it.until(lambda: it.status.place.startswith("test"))
        assert it.composer.whole_text == "written here"
