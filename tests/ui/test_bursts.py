"""Keys that come faster than they are acted on: from a script, a slow line, a stalled program."""

from __future__ import annotations

import pytest
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


@pytest.mark.parametrize("place", ["#composer", "#transcript", "SessionList"])
async def test_letters_behind_a_new_session_are_written_there(place: str) -> None:
    backend = one_session()
    async with stage(backend) as it:
        await it.open("s")
        await it.settled()
        it.chat.set_focus(it.chat.query_one(place))
        # r, e, d and j would mean something where the focus was
        burst(it, "ctrl+n", *"reddj")
        await it.until(lambda: len(it.composer.text) == 5)
        assert it.composer.text == "reddj"
        assert it.transcript.conversation is not None
        assert it.transcript.conversation.session_id is None
        await it.open("s")
        assert it.composer.text == ""
        assert backend.sent == []


@pytest.mark.parametrize("place", ["#composer", "#transcript", "SessionList"])
async def test_letters_before_a_new_session_stay_behind(place: str) -> None:
    async with stage(one_session()) as it:
        await it.open("s")
        await it.settled()
        it.chat.set_focus(it.chat.query_one(place))
        burst(it, *"hum", "ctrl+n", *"bath")
        await it.until(lambda: it.composer.text == "bath")
        await it.open("s")
        assert it.composer.text == "hum"


@pytest.mark.parametrize("place", ["#composer", "#transcript", "SessionList"])
async def test_what_is_pasted_behind_a_new_session_is_written_there(place: str) -> None:
    async with stage(one_session()) as it:
        await it.open("s")
        await it.settled()
        it.chat.set_focus(it.chat.query_one(place))
        burst(it, "ctrl+n")
        it.app.post_message(events.Paste("pasted"))
        burst(it, *"by")
        await it.until(lambda: it.composer.text == "pastedby")
        await it.open("s")
        assert it.composer.text == ""


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
