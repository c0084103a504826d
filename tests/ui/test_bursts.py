"""Keys that come faster than they are acted on: from a script, a slow line, a stalled program."""

from __future__ import annotations

from textual import events
from textual.keys import key_to_character

from tests.fakes import ScriptedBackend, assistant, says, user
from tests.ui.harness import Stage, stage


def burst(it: Stage, *keys: str) -> None:
    """Press keys before the app can act on the first one."""
    for key in keys:
        it.app.post_message(events.Key(key, key_to_character(key)))


def one_session() -> ScriptedBackend:
    return ScriptedBackend(
        histories={"s": [user("q", "Q"), assistant("a", "A")]}, scripts=[says("1"), says("2")]
    )


async def test_a_question_sent_before_a_new_session_is_asked_in_the_old_one() -> None:
    backend = one_session()
    async with stage(backend) as it:
        await it.open("s")
        await it.settled()
        burst(it, *"old", "enter", "ctrl+n", *"new", "enter")
        await it.until(lambda: len(backend.sent) == 2)
        await it.settled()
        asked = {key: [each.text for each in told] for key, told in backend.histories.items()}
        assert [texts[-2] for texts in asked.values()] == ["old", "new"]
        assert it.composer.text == ""


async def test_a_new_session_behind_the_first_question_of_one_is_another() -> None:
    backend = ScriptedBackend(scripts=[says("1"), says("2")])
    async with stage(backend) as it:
        burst(it, *"old", "enter", "ctrl+n", *"new", "enter")
        await it.until(lambda: len(backend.sent) == 2)
        await it.settled()
        asked = [told[0].text for told in backend.histories.values()]
        assert asked == ["old", "new"]
