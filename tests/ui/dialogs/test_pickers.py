from __future__ import annotations

import pytest
from textual.events import Key

from tests.fakes import ScriptedBackend, StillClock, assistant, says, user
from tests.ui.harness import Stage, other_profile, stage
from tui.model import Bot
from tui.safe_text import SafeText
from tui.ui.dialogs.choice_list import ChoiceList
from tui.ui.dialogs.pick import Choice, PickScreen
from tui.ui.dialogs.pick_several import PickSeveralScreen
from tui.ui.widgets.key_line import KeyLine

THEMES = ("runnel-dark", "runnel-light", "high-contrast", "sixteen")


class TwoBots(ScriptedBackend):
    async def bots(self) -> list[Bot]:
        return [
            Bot("bot", SafeText("Small"), SafeText("quick")),
            Bot("large", SafeText("Large"), SafeText("[thorough]")),
        ]


async def picking(it: Stage, *keys: str) -> None:
    await it.press(*keys)
    await it.until(lambda: isinstance(it.app.screen, PickScreen))


async def test_f4_goes_to_another_profile() -> None:
    clock, there = StillClock(), ScriptedBackend(scripts=[says("From the lab")])
    async with stage(ScriptedBackend(), other_profile("lab", there, clock), clock=clock) as it:
        await picking(it, "f4")
        await it.press("l", "a", "b", "enter")
        await it.until(lambda: it.status.place == "lab/Bot")
        await it.ask("Where?")
        await it.settled()
        assert it.texts == ["Where?", "From the lab"]


async def test_escape_leaves_the_profile_as_it_is() -> None:
    clock = StillClock()
    other = other_profile("lab", ScriptedBackend(), clock)
    async with stage(ScriptedBackend(), other, clock=clock) as it:
        await picking(it, "f4")
        await it.press("down", "escape")
        assert not isinstance(it.app.screen, PickScreen)
        assert it.status.place == "test/Bot"


async def test_f6_picks_what_answers() -> None:
    async with stage(TwoBots()) as it:
        await picking(it, "f6")
        assert "Which model?" in it.drawn
        assert "[thorough]" in it.drawn
        await it.press("down", "enter")
        await it.until(lambda: it.status.place == "test/Large")


async def test_the_picker_says_when_nothing_matches_and_enter_then_picks_nothing() -> None:
    async with stage(TwoBots()) as it:
        await picking(it, "f6")
        await it.press("z", "z", "enter")
        assert "Nothing matches." in it.drawn
        await it.press("escape")
        assert it.status.place == "test/Small"


async def test_enter_twice_at_once_picks_once() -> None:
    async with stage(TwoBots()) as it:
        await picking(it, "f6")
        await it.press("down")
        for _ in range(2):
            it.app.post_message(Key("enter", "\r"))
        await it.until(lambda: it.app.screen is it.chat)
        await it.until(lambda: it.status.place == "test/Large")


async def test_a_picker_goes_with_the_work_that_waits_for_it() -> None:
    async with stage(TwoBots()) as it:
        await picking(it, "f6")
        it.chat.workers.cancel_group(it.chat, "pick")
        await it.until(lambda: it.app.screen is it.chat)
        await it.press("f6")
        await it.until(lambda: isinstance(it.app.screen, PickScreen))


async def test_f7_changes_the_theme_at_once() -> None:
    async with stage(ScriptedBackend()) as it:
        await picking(it, "f7")
        await it.press("l", "i", "g", "h", "t", "enter")
        await it.until(lambda: it.app.theme == "runnel-light")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_every_theme_draws_a_running_conversation(size: tuple[int, int]) -> None:
    answer = (
        "# Head\n\n- one\n- two\n\n```python\nprint(1)\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    )
    backend = ScriptedBackend(histories={"s": [user("q", "Q"), assistant("a", answer)]})
    async with stage(backend, size=size) as it:
        await it.open("s")
        await it.settled()
        for theme in THEMES:
            it.app.theme_switch.show(theme)
            await it.pilot.pause()
            assert "print(1)" in it.drawn
            assert it.app.export_screenshot()


async def test_an_unknown_theme_is_told_and_the_default_used() -> None:
    async with stage(ScriptedBackend(), theme="runel-dark") as it:
        assert it.app.theme == "runnel-dark"
        assert "'runel-dark'" in it.notice
        assert "did you mean 'runnel-dark'?" in it.notice


async def test_ctrl_r_brings_an_earlier_question_back() -> None:
    backend = ScriptedBackend(scripts=[says("1"), says("2")])
    async with stage(backend) as it:
        for question in ("How deep is the sea?", "How high is the sky?"):
            await it.ask(question)
            await it.settled()
        await picking(it, "ctrl+r")
        await it.press("s", "e", "a", "enter")
        await it.until(lambda: it.composer.whole_text == "How deep is the sea?")
        assert it.composer.has_focus
        assert len(backend.sent) == 2


async def test_a_question_with_line_breaks_stays_whole_when_recalled() -> None:
    async with stage(ScriptedBackend(scripts=[says("1")])) as it:
        await it.ask("one\ntwo")
        await it.settled()
        await picking(it, "ctrl+r")
        await it.press("enter")
        await it.until(lambda: it.composer.whole_text == "one\ntwo")


async def test_an_empty_list_of_earlier_questions_says_so() -> None:
    async with stage(ScriptedBackend()) as it:
        await picking(it, "ctrl+r")
        assert "Nothing asked yet" in it.drawn


async def test_f7_shows_each_theme_and_escape_brings_the_old_one_back() -> None:
    async with stage(ScriptedBackend()) as it:
        await picking(it, "f7")
        await it.press("down")
        await it.until(lambda: it.app.theme == "runnel-light")
        await it.press(*"nord")
        await it.until(lambda: it.app.theme == "nord")
        await it.pilot.resize_terminal(1, 1)
        options = it.app.screen.query_one(ChoiceList)
        await it.until(lambda: not options.scrollable_content_region)
        # a list without room has a first and a last row all the same
        await it.press("pagedown", "pageup")
        assert options.highlighted == 0
        await it.press("pagedown")
        assert options.highlighted == len(options.options) - 1
        await it.pilot.resize_terminal(100, 30)
        await it.press("z")
        await it.until(lambda: "Nothing matches." in it.drawn)
        await it.press("escape")
        await it.until(lambda: it.app.theme == "runnel-dark")
        assert it.app.screen is it.chat


async def test_a_long_title_leaves_its_reason_in_sight_at_every_width() -> None:
    class LongNames(ScriptedBackend):
        async def bots(self) -> list[Bot]:
            return [Bot("bot", SafeText("A very long name indeed " * 9), SafeText("not published"))]

    async with stage(LongNames(), size=(120, 30)) as it:
        await picking(it, "f6")
        await it.until(lambda: "…  not published" in it.drawn)
        for columns in (160, 60, 40):
            await it.pilot.resize_terminal(columns, 20)
            await it.until(lambda: "…  not published" in it.drawn)


async def test_picking_several_tells_how_many_are_needed_until_so_many_are_marked() -> None:
    choices = [Choice(number, f"Bot {number}") for number in range(4)]
    async with stage(ScriptedBackend(), size=(80, 24)) as it:
        returned: list[object] = []
        picker = PickSeveralScreen("Compare which?", choices, least=2, most=3)
        it.app.push_screen(picker, returned.append)
        await it.until(lambda: "0 marked, 2 to 3 are needed." in it.drawn)
        # the box is the only frame there is
        assert "▔" not in it.drawn
        await it.press("space", "enter")
        assert it.app.screen is picker
        assert "1 marked, 2 to 3 are needed." in it.drawn
        await it.press("down", "space")
        assert "2 marked." in it.drawn
        await it.press("enter")
        await it.until(lambda: returned == [[0, 1]])


async def test_a_picker_tells_its_keys_however_many_choices_it_has_and_however_low_it_is() -> None:
    cut: list[tuple[int, int]] = []
    async with stage(ScriptedBackend(), size=(60, 24)) as it:
        for count in (4, 6, 10, 11):
            choices = [Choice(at, f"Choice {at}") for at in range(count)]
            it.app.push_screen(PickScreen("A title", choices))
            await it.until(lambda: isinstance(it.app.screen, PickScreen))
            for height in (16, 12, 9):
                await it.pilot.resize_terminal(60, height)
                await it.until(lambda: it.app.size.height == height)  # noqa: B023 - called at once
                hint = it.app.screen.query_one(KeyLine)
                if "cancel" not in "\n".join(it.rows(hint)) or hint.region.bottom > height:
                    cut.append((count, height))
            await it.press("escape")
    assert not cut
