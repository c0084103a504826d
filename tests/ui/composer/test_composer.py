from __future__ import annotations

import os
from pathlib import Path

import pytest
from textual import events
from textual.app import App, ComposeResult

from tests.fakes import ScriptedBackend, assistant, says, user
from tests.ui.harness import stage
from tui.ui.widgets.question_area import CHIP_CHARS, QuestionArea


async def test_enter_sends_and_empties_the_box() -> None:
    backend = ScriptedBackend(scripts=[says("Yes")])
    async with stage(backend) as it:
        await it.press(*"hi", "enter")
        await it.settled()
        assert backend.sent == ["hi"]
        assert it.composer.whole_text == ""


@pytest.mark.parametrize("key", ["ctrl+j", "shift+enter", "alt+enter"])
async def test_a_new_line_is_written_not_sent(key: str) -> None:
    backend = ScriptedBackend()
    async with stage(backend) as it:
        await it.press("a", key, "b")
        assert it.composer.whole_text == "a\nb"
        assert backend.sent == []


async def test_a_backslash_before_enter_is_a_new_line() -> None:
    backend = ScriptedBackend()
    async with stage(backend) as it:
        await it.press("a", "backslash", "enter", "b")
        assert it.composer.whole_text == "a\nb"
        assert backend.sent == []


async def test_enter_again_at_once_sends_what_ends_with_a_backslash() -> None:
    backend = ScriptedBackend(scripts=[says("Yes"), says("Yes")])
    async with stage(backend) as it:
        await it.press(*"C:", "backslash", "enter", "enter")
        await it.settled()
        assert backend.sent == ["C:\\"]
        await it.press("a", "backslash", "enter", "b", "backspace", "enter")
        await it.settled()
        assert backend.sent == ["C:\\", "a\n"]


async def test_a_text_goes_out_as_it_was_written() -> None:
    backend = ScriptedBackend(scripts=[says("Yes")])
    async with stage(backend) as it:
        await it.ask("  [b]two\n\n\tlines[/]  ")
        await it.settled()
        assert backend.sent == ["  [b]two\n\n\tlines[/]  "]


async def test_the_box_grows_to_a_third_of_the_screen() -> None:
    async with stage(ScriptedBackend(), size=(80, 30)) as it:
        assert it.composer.region.height == 3
        await it.write("1\n2\n3")
        assert it.composer.region.height == 5
        await it.write("\n" * 40)
        assert it.composer.region.height == 9


async def test_up_recalls_earlier_questions_and_down_returns_the_draft() -> None:
    backend = ScriptedBackend(scripts=[says("1"), says("2")])
    async with stage(backend) as it:
        for question in ("first", "second"):
            await it.ask(question)
            await it.settled()
        await it.write("draft")
        seen = []
        for key in ("home", "up", "up", "up", "down", "down"):
            await it.press(key)
            seen.append(it.composer.whole_text)
        assert seen == ["draft", "second", "first", "first", "second", "draft"]


async def test_up_moves_inside_a_text_of_several_lines() -> None:
    backend = ScriptedBackend(scripts=[says("1")])
    async with stage(backend) as it:
        await it.ask("asked")
        await it.settled()
        await it.write("one\ntwo")
        await it.press("up")
        assert it.composer.whole_text == "one\ntwo"
        assert it.composer.cursor_location[0] == 0


async def test_up_from_anywhere_on_the_first_line_recalls() -> None:
    backend = ScriptedBackend(scripts=[says("1")])
    async with stage(backend) as it:
        await it.ask("asked")
        await it.settled()
        await it.write("draft")
        await it.press("up")
        assert it.composer.whole_text == "asked"


async def test_a_paste_is_sent_as_it_is_and_drawn_without_what_a_terminal_would_obey() -> None:
    backend = ScriptedBackend(scripts=[says("Yes")])
    async with stage(backend) as it:
        it.composer.post_message(events.Paste("a\x1b]52;c;eA==\x07b\r\nc\u202e\rd"))
        await it.until(lambda: bool(it.composer.whole_text))
        assert it.composer.text == "a␛]52;c;eA==␇b\nc·\nd"
        assert "a␛]52;c;eA==␇b" in it.drawn
        await it.press("enter")
        await it.settled()
        assert backend.sent == ["a\x1b]52;c;eA==\x07b\nc\u202e\nd"]
        assert it.texts[0] == "a␛]52;c;eA==␇b\nc\nd"


async def test_a_paste_elsewhere_goes_to_the_composer() -> None:
    backend = ScriptedBackend(histories={"s": [user("q", "Q"), assistant("a", "A")]})
    async with stage(backend) as it:
        await it.open("s")
        await it.settled()
        it.transcript.focus()
        await it.pilot.pause()
        it.app.post_message(events.Paste("pasted\x1b"))
        await it.until(lambda: it.composer.whole_text == "pasted\x1b")
        assert it.composer.has_focus


async def test_a_big_paste_is_a_chip_and_is_sent_whole() -> None:
    backend = ScriptedBackend(scripts=[says("Long!")])
    big = "0123456789" * (CHIP_CHARS // 10) + "!"
    async with stage(backend) as it:
        await it.write("See: ")
        it.composer.post_message(events.Paste(big))
        await it.until(lambda: "pasted text" in it.composer.text)
        assert it.composer.text == f"See: [pasted text 1: {len(big):,} characters]"
        await it.press("enter")
        await it.settled()
        assert backend.sent == [f"See: {big}"]


async def test_a_big_paste_survives_switching_sessions() -> None:
    backend = ScriptedBackend(histories={"s": [user("q", "Q"), assistant("a", "A")]})
    big = "x" * (CHIP_CHARS + 1)
    async with stage(backend) as it:
        it.composer.post_message(events.Paste(big))
        await it.until(lambda: bool(it.composer.text))
        await it.open("s")
        await it.settled()
        await it.press("ctrl+n")
        assert it.composer.whole_text == big


async def test_two_big_pastes_stay_apart() -> None:
    backend = ScriptedBackend(scripts=[says("Long!")])
    first, second = "x" * (CHIP_CHARS + 1), "y" * (CHIP_CHARS + 1)
    async with stage(backend) as it:
        for pasted in (first, second):
            it.composer.post_message(events.Paste(pasted))
        await it.until(lambda: "pasted text 2" in it.composer.text)
        assert it.composer.whole_text == first + second


async def test_text_that_looks_like_a_chip_is_text() -> None:
    backend = ScriptedBackend(scripts=[says("Yes")])
    async with stage(backend) as it:
        await it.ask("[pasted text 1: 9 characters]")
        await it.settled()
        assert backend.sent == ["[pasted text 1: 9 characters]"]


async def test_without_a_terminal_the_editor_leaves_a_note_and_the_text(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = tmp_path / "editor"
    script.write_text("#!/bin/sh\nprintf ' edited' >> \"$1\"\n", encoding="utf-8")
    script.chmod(0o700)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", os.fspath(script))
    async with stage(ScriptedBackend()) as it:
        await it.write("before")
        await it.press("ctrl+g")
        assert "could not be run" in it.notice
        assert "Set VISUAL or EDITOR" in it.notice
        assert it.composer.whole_text == "before"


async def test_undo_takes_back_what_was_typed() -> None:
    async with stage(ScriptedBackend()) as it:
        await it.press(*"ab")
        await it.press("alt+z")
        assert it.composer.whole_text != "ab"


async def test_the_draft_is_kept_while_it_is_typed() -> None:
    async with stage(ScriptedBackend()) as it:
        await it.press(*"half a")
        conversation = it.transcript.conversation
        assert conversation is not None
        await it.until(lambda: conversation.draft == "half a")


async def test_an_empty_box_of_any_width_is_drawn() -> None:
    class OneBox(App[None]):
        CSS = "QuestionArea { border: none; padding: 0; }"

        def compose(self) -> ComposeResult:
            yield QuestionArea("Ask something")

    app = OneBox()
    async with app.run_test(size=(20, 5)) as pilot:
        box = app.query_one(QuestionArea)
        for width in range(4):
            box.styles.width = width
            await pilot.pause()
            assert box.content_size.width == width
            assert box.render_line(0).cell_length == width
