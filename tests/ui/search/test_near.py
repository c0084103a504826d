from __future__ import annotations

from datetime import timedelta

from textual.widgets import OptionList

from tests.fakes import NOON, ScriptedBackend, assistant, user
from tests.ui.harness import Stage, stage
from tests.ui.search.finding import searching
from tui.model import Session
from tui.safe_text import SafeText
from tui.ui.dialogs.pick import PickScreen


def rows(it: Stage) -> list[str]:
    if not isinstance(it.app.screen, PickScreen):
        return []
    options = it.app.screen.query_one(OptionList).options
    return [str(option.prompt).strip() for option in options]


async def test_a_key_lists_what_is_near_a_session_or_a_hit_and_enter_opens_it() -> None:
    asked = {"a": "Can I bake bread?", "b": "Is it late?", "c": "Bake bread, can I?"}
    backend = ScriptedBackend(
        histories={
            each: [user(f"{each}0", text), assistant(f"{each}1", "Yes.")]
            for each, text in asked.items()
        },
        listed=[
            Session(each, SafeText(f"Title {each}"), updated_at=NOON - timedelta(days=at))
            for at, each in enumerate(asked)
        ],
    )
    async with stage(backend, size=(120, 11)) as it:
        await it.press("alt+l")
        assert "Nothing was asked here yet." in it.toasts
        for session_id in "cba":
            await it.open(session_id)
            await it.settled()
        near = [
            "Similar: nearly the same was asked",
            "Tue  Title c",
            "Around it in time",
            "Wed  Title b",
        ]
        await it.press("alt+l")
        await it.until(lambda: rows(it) == near)
        # they came later than the picker, and there is less room than they need
        assert it.app.screen.has_class("-long")
        await it.press("enter")
        await it.until(lambda: it.texts[:1] == [asked["c"]])
        await searching(it)
        await it.press(*"late")
        await it.until(lambda: len(rows(it)) == 1)
        await it.press("alt+l")
        await it.until(lambda: rows(it)[:1] == ["Around it in time"] and len(rows(it)) == 3)
        await it.press("down", "enter")
        await it.until(lambda: it.texts[:1] == [asked["c"]])
