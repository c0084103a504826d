from __future__ import annotations

from textual.widgets import Input

from tests.fakes import NOON, ScriptedBackend, assistant, user
from tests.ui.harness import stage
from tests.ui.search.finding import listed, reversed_words, searching
from tui.facts import Feedback, MessageFacts
from tui.model import Session
from tui.safe_text import SafeText
from tui.ui.search.hits import SearchResult
from tui.values import replace

DOWN = MessageFacts(feedback=Feedback.DOWN, labels=(SafeText("Complaint"),))


async def test_f3_takes_filters_and_says_what_is_wrong_with_one() -> None:
    answer = replace(assistant("a1", "Café bread needs a warm place."), facts=DOWN)
    backend = ScriptedBackend(
        histories={
            "a": [user("a0", "About bread"), answer, user("a2", "And cake?")],
            "b": [user("b0", "About stone"), assistant("b1", "Stone needs no bread.")],
        },
        listed=[
            Session("a", SafeText("Baking"), updated_at=NOON),
            Session("b", SafeText("Building"), updated_at=NOON),
        ],
    )
    async with stage(backend) as it:
        for session_id in ("b", "a"):
            await it.open(session_id)
            await it.settled()
        await searching(it)
        field = it.app.screen.query_one(Input)
        for words, found in (
            ("bread -stone", [SearchResult("a", "a0")]),
            ('"no bread"', [SearchResult("b", "b1")]),
            ("title:build", [SearchResult("b")]),
            ("role:user -feedback:", [SearchResult("a", "a2"), SearchResult("b", "b0")]),
            ("cafe role:assistant label:comp", [SearchResult("a", "a1")]),
        ):
            field.value = words
            await it.until(lambda: listed(it) == found)  # noqa: B023 - called at once
        assert "1 hit · 1 session" in it.drawn
        field.value = "bread lable:comp"
        await it.until(lambda: "“lable:” is no filter; did you mean 'label'?" in it.drawn)
        assert not listed(it)
        field.value = "cake tool:"
        await it.until(lambda: "Nothing kept here matches." in it.drawn)
        await it.press(*" feed")
        assert "Tab feedback:" in it.drawn
        await it.press("tab", *"d", "tab")
        assert field.value == "cake tool: feedback:down"
        field.value = "cafe needs feedback:down"
        await it.until(lambda: listed(it) == [SearchResult("a", "a1")])
        assert {"Café", "needs"} <= set(reversed_words(it))
        await it.press("enter")
        await it.until(lambda: it.app.screen is it.chat and reversed_words(it) == ["Café", "needs"])
        assert "Find: cafe needs feedback:down" in it.drawn
