from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from tests.fakes import NOON, ScriptedBackend, StillClock, assistant, connection, says, user
from tests.ui.harness import Stage, app_of, other_profile, ready, stage
from tui.errors import NotFound, Unreachable
from tui.model import ALWAYS, Bot, Message, Period, Session, Workflow
from tui.safe_text import SafeText
from tui.ui.dialogs.confirm import ConfirmScreen
from tui.ui.dialogs.pick import PickScreen
from tui.ui.dialogs.plain_text import PlainTextScreen
from tui.ui.search.screen import SearchScreen
from tui.ui.sessions.panel import SessionPanel

BOTS = [Bot("small", SafeText("Small")), Bot("large", SafeText("Large"))]


@dataclass
class HeldBackend(ScriptedBackend):
    """Answers with what it knew when it was asked, once the gate of its kind is open."""

    gates: dict[str, asyncio.Event] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    is_gone: bool = False

    async def _wait(self, kind: str) -> None:
        self.asked.append(kind)
        if kind in self.gates:
            await self.gates[kind].wait()

    async def bots(self) -> list[Bot]:
        if self.is_gone:
            raise Unreachable("Cannot reach it.")
        await self._wait("bots")
        return await super().bots()

    async def preferred_bot(self) -> str:
        preferred = self.preferred
        await self._wait("preferred")
        return preferred

    async def sessions(self, bot_id: str, period: Period = ALWAYS) -> list[Session]:
        listed = await super().sessions(bot_id, period)
        await self._wait("sessions")
        return listed

    async def messages(self, session_id: str, bot_id: str = "") -> list[Message]:
        stored = await super().messages(session_id, bot_id)
        await self._wait(f"messages {session_id}")
        if session_id not in self.histories:
            raise NotFound("No such session.")
        return stored

    async def plain_text(self, session_id: str) -> SafeText:
        await self._wait("plain text")
        return await super().plain_text(session_id)

    async def available(self) -> list[Workflow]:
        await self._wait("workflows")
        return await super().available()


def held(*kinds: str) -> HeldBackend:
    return HeldBackend(
        histories={
            each: [user(f"{each}q", f"Ask {each}"), assistant(f"{each}a", f"Of {each}")]
            for each in ("s", "t")
        },
        listed=[Session(each, SafeText(each), updated_at=NOON) for each in ("s", "t")],
        offered=list(BOTS),
        gates={each: asyncio.Event() for each in kinds},
    )


def listed(it: Stage) -> list[str]:
    return [row.session.id for row in it.list.rows]


async def test_a_pick_while_the_preference_is_read_stays() -> None:
    clock, backend = StillClock(), held("preferred")
    backend.preferred = "small"
    here = other_profile("lab", backend, clock, bot_id="")
    async with stage(ScriptedBackend(), here, clock=clock) as it:
        it.app.front.profiles.open("lab")
        await it.until(lambda: "preferred" in backend.asked)
        await it.press("f6")
        await it.until(lambda: isinstance(it.app.screen, PickScreen))
        await it.press(*"large", "enter")
        await it.until(lambda: it.status.place == "lab/Large")
        backend.gates["preferred"].set()
        await it.until(lambda: not list(it.app.workers))
        assert it.status.place == "lab/Large"
        assert backend.preferred == "large"


async def test_a_question_waits_for_the_servers_choice_and_asks_nobody_for_one() -> None:
    clock, backend = StillClock(), held("preferred")
    backend.preferred, backend.scripts = "small", [says("1")]
    here = other_profile("lab", backend, clock, bot_id="")
    async with stage(ScriptedBackend(), here, clock=clock) as it:
        it.app.front.profiles.open("lab")
        await it.until(lambda: "preferred" in backend.asked)
        await it.ask("Which one?")
        assert it.app.screen is it.chat
        backend.gates["preferred"].set()
        await it.until(lambda: backend.asked_bots == ["small"])
        await it.settled()
        assert it.texts == ["Which one?", "1"]


async def test_a_server_that_cannot_be_read_offers_none_of_the_bots_before() -> None:
    clock, backend = StillClock(), held()
    gone = HeldBackend(is_gone=True)
    async with stage(backend, other_profile("lab", gone, clock, bot_id=""), clock=clock) as it:
        it.app.front.profiles.open("lab")
        await it.until(lambda: "Cannot reach it." in it.notice)
        await it.press("f6")
        await it.until(lambda: "no model to ask" in it.notice.lower())
        assert it.app.screen is it.chat
        it.app.front.profiles.open("test")
        await it.until(lambda: it.status.place.startswith("test"))
        await it.press("f6")
        await it.until(lambda: "Large" in it.drawn)


async def test_a_reading_begun_before_a_deletion_does_not_bring_the_session_back() -> None:
    backend = held()
    async with stage(backend) as it:
        await it.open("s")
        await it.settled()
        backend.gates |= {"sessions": asyncio.Event(), "messages s": asyncio.Event()}
        backend.asked.clear()
        await it.press("f5")
        await it.until(lambda: {"sessions", "messages s"} <= set(backend.asked))
        it.one(SessionPanel).take_keys()
        await it.press("ctrl+d")
        await it.until(lambda: isinstance(it.app.screen, ConfirmScreen))
        await it.press("y")
        await it.until(lambda: listed(it) == ["t"])
        for gate in backend.gates.values():
            gate.set()
        await it.until(lambda: not list(it.app.workers))
        assert listed(it) == ["t"]
        assert it.texts == []
        assert it.notice == ""


async def test_the_profile_asked_for_last_is_the_one_that_opens() -> None:
    clock = StillClock()
    slow = asyncio.Event()
    app = app_of(
        connection(held(), clock),
        other_profile("lab", held(), clock),
        other_profile("far", held(), clock),
        clock=clock,
        gates={"far": slow},
    )
    async with app.run_test(size=(120, 36)) as pilot:
        it = Stage(app, pilot)
        await ready(it)
        await it.write("a draft")
        for name in ("far", "test"):
            await it.press("f4")
            await it.until(lambda: isinstance(it.app.screen, PickScreen))
            await it.press(*name, "enter")
            await it.until(lambda: it.app.screen is it.chat)
        slow.set()
        await it.until(lambda: not list(it.app.workers))
        assert it.status.place.startswith("test")
        assert it.composer.whole_text == "a draft"


async def test_a_hit_found_in_one_profile_is_not_opened_in_another() -> None:
    clock, other = StillClock(), held()
    async with stage(held(), other_profile("lab", other, clock), clock=clock) as it:
        await it.press("f3")
        await it.until(lambda: isinstance(it.app.screen, SearchScreen))
        it.app.front.profiles.open("lab")
        await it.until(lambda: "sessions" in other.asked)
        await it.press("s")
        await it.until(lambda: it.app.screen.query_one("OptionList").option_count > 0)  # type: ignore[attr-defined]
        await it.press("enter")
        await it.until(lambda: it.app.screen is it.chat)
        await it.until(lambda: not list(it.app.workers))
        assert it.texts == []
        assert "messages s" not in other.asked


async def test_plain_text_of_a_session_that_was_left_is_not_put_over_the_next() -> None:
    backend = held("plain text")
    async with stage(backend) as it:
        await it.open("s")
        await it.settled()
        await it.app.front.catalogue.run("chat.plain-text")
        await it.until(lambda: "plain text" in backend.asked)
        await it.open("t")
        await it.settled()
        backend.gates["plain text"].set()
        await it.until(lambda: not list(it.app.workers))
        assert not isinstance(it.app.screen, PlainTextScreen)


async def test_the_trouble_of_a_session_that_was_left_is_not_told_of_the_next() -> None:
    backend = held("messages s")
    async with stage(backend) as it:
        await it.open("s")
        await it.until(lambda: "messages s" in backend.asked)
        del backend.histories["s"]
        await it.chat.controllers.navigation.new_session()
        backend.gates["messages s"].set()
        await it.until(lambda: not list(it.app.workers))
        assert it.notice == ""
