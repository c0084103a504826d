"""Random keys in random bursts over all screens: nothing ends the app or sends by itself."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from textual import events
from textual.keys import key_to_character
from textual.message import Message as Event

from tests.fakes import ScriptedBackend, Step, StillClock, assistant, connection, says, user
from tests.fuzz import FUZZ
from tests.optional_parts import OFFERS
from tests.ui.harness import Stage, app_of, other_profile, ready
from tui.errors import StreamBroken
from tui.events import Started, StreamEvent
from tui.model import Bot, Citation, CitationsPart, ToolPart, ToolState, Workflow
from tui.model import Session as Listed
from tui.safe_text import SafeText
from tui.ui.commands.contexts import CONTEXTS
from tui.ui.commands.screen import CommandsScreen
from tui.ui.key_bindings import bindings_of
from tui.ui.transcript.reading_pane import ReadingPane

pytestmark = pytest.mark.every_frame

KEYS = 300 * FUZZ
SEED = int(os.environ.get("RUNNEL_SEED", "7"))
LEAVING = {"ctrl+q", "ctrl+c", "ctrl+z"}
COMMON = [*"abyz139/ ", "enter", "enter", "escape", "escape", "tab", "shift+tab", "up", "down"]
COMMON += ["left", "right", "backspace", "delete", "home", "end", "ctrl+w", "alt+z", "f1", "ctrl+p"]


def all_keys() -> list[str]:
    bound = {
        key.strip()
        for context in CONTEXTS
        for binding in bindings_of(context.owner)
        for key in binding.key.split(",")
    }
    return sorted(bound - LEAVING) + COMMON * 2


class Endless(list[Sequence[Step]]):
    """Scripts that never run out: most answers are whole, some break."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self._chance = chance

    def pop(self, index: object = -1) -> Sequence[Step]:
        if self._chance.random() < 0.2:
            return [Started(), StreamBroken("The answer was cut short.")]
        return says("See http://127.0.0.1/x and\n\n```sh\nmake\n```\n", "done")


@dataclass
class Offering(ScriptedBackend):
    """Counts the workflows that were run, which a picker starts."""

    runs: list[str] = field(default_factory=list)

    def run(
        self, session_id: str, bot_id: str, workflow_id: str, text: str
    ) -> AsyncGenerator[StreamEvent, None]:
        self.runs.append(text)
        return super().run(session_id, bot_id, workflow_id, text)


def backend(chance: random.Random) -> Offering:
    tool = ToolPart(0, SafeText("weather"), None, ToolState.DONE, "7 degrees")
    sources = CitationsPart(
        (Citation(SafeText("1"), SafeText("Book"), SafeText("http://127.0.0.1/b")),)
    )
    made = Offering(
        histories={
            f"s{n}": [user(f"q{n}", f"Q{n}"), assistant(f"a{n}", tool, "A\n\n`c`", sources)]
            for n in range(5)
        },
        listed=[Listed(f"s{n}", SafeText(f"Session {n}")) for n in range(5)],
        offered=[Bot(f"bot{n}", SafeText(f"Bot {n}")) for n in range(3)],
        offered_workflows=[Workflow("w", SafeText("Flow"))],
        offers=OFFERS | {"workflows"},
    )
    made.scripts = Endless(chance)
    return made


def may_submit(it: Stage) -> bool:
    """Say whether what gets an Enter now may send: the composer, or the palette on its behalf."""
    is_writing = it.app.screen is it.chat and it.composer.has_focus
    return is_writing or isinstance(it.app.screen, CommandsScreen)


async def test_random_keys_end_nothing_and_send_only_what_was_submitted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    chance, clock = random.Random(SEED), StillClock()
    backends = [backend(chance), backend(chance)]
    first = connection(backends[0], clock)
    app = app_of(
        first, other_profile("other", backends[1], clock), clock=clock, copies_folder=tmp_path
    )
    submitted: dict[events.Key, str] = {}
    noted, again = list[Event](), 0

    def note(event: Event) -> None:
        nonlocal again
        if any(event is each for each in noted):
            return
        if isinstance(event, events.Key) and event.key == "enter" and may_submit(it):
            # on its way from the app to the composer, where the letters before it are written
            submitted[event] = it.composer.whole_text
        elif isinstance(event, ReadingPane.RetryRequested):
            noted.append(event)
            again += 1

    keys, pressed, burst = all_keys(), 0, []
    async with app.run_test(size=(110, 30), message_hook=note) as pilot:
        it = Stage(app, pilot)
        await ready(it)
        while pressed < KEYS:
            if chance.random() < 0.03:
                size = chance.choice((60, 90, 110, 150)), chance.randrange(8, 45)
                await pilot.resize_terminal(*size)
            burst = [chance.choice(keys) for _ in range(chance.randrange(1, 7))]
            pressed += len(burst)
            for key in burst:
                app.post_message(events.Key(key, key_to_character(key)))
            await pilot.pause()
            assert app.is_running, (burst, app.return_code)
        await pilot.pause()
    sent = Counter(text for each in backends for text in each.sent)
    run = Counter(text for each in backends for text in each.runs)
    assert sum((sent - run - Counter(submitted.values())).values()) <= again
    assert all(text.strip() for text in sent)
