from __future__ import annotations

import pytest
from textual.widgets import Input

from tests.fakes import ScriptedBackend, assistant, says, user
from tests.ui.harness import Stage, stage
from tests.ui.search.finding import count, reversed_words, sought, tool
from tests.ui.talks import opened, selected, talk
from tui.ui.search.find_bar import FindBar


async def test_the_bar_reads_as_one_line_of_whole_items() -> None:
    async with stage(talk("needle [1]", "NEEDLE two needle"), size=(80, 24)) as it:
        await opened(it)
        await it.press("slash", *"needle")
        await it.until(lambda: count(it) == "3 hits")
        for columns, line in (
            (80, "Find: needle · 3 hits · Enter next · Up previous"),
            (40, "Find: needle · 3 hits · Enter next"),
            (24, "needle · 3 hits"),
        ):
            await it.pilot.resize_terminal(columns, 24)
            await it.until(lambda: it.app.size.width == columns)  # noqa: B023 - called at once
            await it.pilot.pause()
            assert it.rows(it.one(FindBar))[0].strip() == line
        it.one(FindBar).query_one(Input).focus()
        for key, told in (("up", "3 of 3"), ("shift+enter", "2 of 3"), ("enter", "3 of 3")):
            await it.press(key)
            await it.until(lambda: count(it) == told)  # noqa: B023 - called at once
        assert it.transcript.has_focus


@pytest.mark.parametrize("key", ["slash", "ctrl+f"])
async def test_find_goes_through_the_hits_in_order(key: str) -> None:
    async with stage(talk("needle [1]", "hay", "NEEDLE two needle")) as it:
        await opened(it)
        await it.press(key)
        await it.press(*"needle")
        await it.until(lambda: "3 hits" in it.drawn)
        steps = []
        for pressed in ("up", "up", "up", "up", "down", "enter", "n", "N"):
            await it.press(pressed)
            await it.pilot.pause()
            steps.append((selected(it), count(it)))
        assert steps == [
            ("a2", "3 of 3"),
            ("a2", "2 of 3"),
            ("a0", "1 of 3"),
            ("a2", "3 of 3"),
            ("a0", "1 of 3"),
            ("a2", "2 of 3"),
            ("a2", "3 of 3"),
            ("a2", "2 of 3"),
        ]
        assert it.transcript.has_focus


async def test_n_and_shift_n_go_on_when_the_line_is_closed() -> None:
    async with stage(talk("needle", "hay", "needle")) as it:
        await opened(it)
        await sought(it, "needle", "2 hits")
        await it.press("up", "escape")
        assert not it.one(FindBar).display
        assert it.transcript.has_focus
        await it.press("N")
        await it.until(lambda: selected(it) == "a0")
        assert it.transcript.has_focus
        await it.until(lambda: "1 of 2" in it.drawn)
        await it.press("n")
        await it.until(lambda: selected(it) == "a2")
        await it.press("escape")
        await it.until(lambda: not it.one(FindBar).display)


async def test_ctrl_f_finds_from_the_composer() -> None:
    async with stage(talk("needle")) as it:
        await it.open("s")
        await it.settled()
        await it.write("half a question")
        await it.press("ctrl+f")
        assert it.one(FindBar).query_one(Input).has_focus
        assert it.composer.whole_text == "half a question"


async def test_esc_leads_back_to_the_composer_until_a_hit_was_gone_to() -> None:
    async with stage(talk("needle")) as it:
        await it.open("s")
        await it.settled()
        await it.write("half")
        await it.press("ctrl+f", "escape", *" a question")
        assert it.composer.whole_text == "half a question"
        await it.press("ctrl+f", *"hay", "ctrl+f", "escape")
        assert it.composer.has_focus
        await it.press("ctrl+f", *["backspace"] * 3, *"needle")
        await it.until(lambda: count(it) == "1 hit")
        await it.press("down")
        await it.until(lambda: selected(it) == "a0")
        await it.press("escape")
        assert not it.one(FindBar).display
        assert it.transcript.has_focus


async def test_capitals_in_the_words_are_meant() -> None:
    async with stage(talk("needle Needle")) as it:
        await opened(it)
        await sought(it, "Needle", "1 hit")
        await sought(it, "needle", "2 hits")


async def test_find_without_hits_says_where_else_to_look() -> None:
    async with stage(talk("hay")) as it:
        await opened(it)
        await it.press("slash", *"needle")
        await it.until(lambda: "no hits here · F3 searches everything" in it.drawn)


async def test_the_words_are_marked_and_unmarked() -> None:
    async with stage(talk("a **needle** and\n\n```sh\nneedle x\n```\n")) as it:
        await opened(it)
        await sought(it, "needle", "2 hits")
        await it.until(lambda: reversed_words(it) == ["needle", "needle"])
        await sought(it, "question", "1 hit")
        await it.until(lambda: reversed_words(it) == ["question"])
        await it.press("escape")
        await it.until(lambda: reversed_words(it) == [])


async def test_find_reaches_messages_that_are_not_mounted() -> None:
    async with stage(talk(*(f"answer {n}" for n in range(80)))) as it:
        await opened(it)
        assert len(it.views) < 100
        await sought(it, "answer 0", "1 hit")
        await it.press("enter")
        await it.until(lambda: selected(it) == "a0")
        await it.until(lambda: "answer 0" in reversed_words(it))
        await sought(it, "answer 40", "1 hit")
        await it.press("enter")
        await it.until(lambda: "answer 40" in reversed_words(it))


async def test_words_far_down_in_a_long_answer_come_into_sight() -> None:
    lines = "".join(f"line {n}\n\n" for n in range(300))
    async with stage(
        talk(lines.replace("line 250", "needle one").replace("line 40", "needle 2"))
    ) as it:
        await opened(it)
        await sought(it, "needle", "2 hits")
        await it.press("up")
        await it.until(lambda: "needle one" in "\n".join(it.rows(it.transcript)))
        await it.press("up")
        await it.until(lambda: "needle 2" in "\n".join(it.rows(it.transcript)))


async def test_what_is_in_sight_is_not_moved() -> None:
    lines = "".join(f"line {n}\n\n" for n in range(100))
    async with stage(talk(lines)) as it:
        await opened(it)
        await sought(it, "line 9", "11 hits")
        await it.press("up")
        await it.until(lambda: count(it) == "11 of 11")
        place = it.transcript.scroll_y
        await it.press("up", "up")
        await it.until(lambda: count(it) == "9 of 11")
        await it.pilot.pause()
        assert it.transcript.scroll_y == place


async def test_what_is_said_after_the_search_is_found_too() -> None:
    backend = talk("needle")
    backend.scripts = [says("a needle more")]
    async with stage(backend) as it:
        await opened(it)
        await sought(it, "needle", "1 hit")
        await it.press("escape")
        await it.ask("And?")
        await it.settled()
        it.transcript.focus()
        await it.press("n")
        await it.until(lambda: count(it).endswith(" of 2"))


async def test_another_session_is_searched_for_the_same_words() -> None:
    backend = talk("needle", "needle")
    backend.histories["t"] = [user("t0", "a needle here")]
    async with stage(backend) as it:
        await opened(it)
        await sought(it, "needle", "2 hits")
        await it.open("t")
        await it.settled()
        await it.until(lambda: count(it).startswith("1 hit"))
        await it.until(lambda: reversed_words(it) == ["needle"])


async def test_many_messages_are_searched_while_the_keys_go_on() -> None:
    history = [
        message
        for n in range(400)
        for message in (user(f"q{n}", f"question {n}"), assistant(f"a{n}", f"answer {n} " * 100))
    ]
    async with stage(ScriptedBackend(histories={"s": history})) as it:
        await opened(it)
        await it.press("slash", *"answer 399")
        await it.until(lambda: count(it).startswith("100 hits"))
        assert it.one(FindBar).query_one(Input).value == "answer 399"


async def test_what_is_read_is_found_whatever_it_is_written_like() -> None:
    answer = (
        "It is **bo**ld and\na *soft* [li**nk**](https://hid.den)s, caf&eacute; cafe\u0301 ＦＵＬＬ"
    )
    tool_part = tool("t", {"Straße": "é"}, "cafe\u0301 STRASSE")
    async with stage(talk(answer, tool_part)) as it:
        await opened(it)
        it.tools[0].collapsed = False
        for words, told, shown in (
            ("bold and a soft links", "1 hit", ["bold and", "a soft links"]),
            ("hid.den", "no hits", []),
            ("cafe", "3 hits", ["café", "cafe\u0301", "cafe\u0301"]),
            ("strasse", "2 hits", ["Straße", "STRASSE"]),
            ("full", "1 hit", ["ＦＵＬＬ"]),
        ):
            await sought(it, words, told)
            await it.until(lambda: reversed_words(it) == shown)  # noqa: B023 - called at once


async def test_hits_across_rows_are_stepped_through_one_by_one() -> None:
    text = "some words that are **wrapped** at the end of a row " * 12
    async with stage(talk(text), size=(60, 30)) as it:
        await opened(it)
        await sought(it, "wrapped at the end", "12 hits")
        for step in range(12, 0, -1):
            await it.press("up")
            await it.until(lambda: count(it) == f"{step} of 12")  # noqa: B023 - called at once
        assert "".join(reversed_words(it)).replace(" ", "") == "wrappedattheend" * 12


async def test_the_words_meant_stay_the_ones_meant_at_another_width() -> None:
    async with stage(talk("some words that wrap and a needle " * 12), size=(100, 36)) as it:
        await opened(it)
        await sought(it, "needle", "12 hits")
        await it.press("enter", "n", "n")
        await it.until(lambda: count(it) == "3 of 12")
        for columns in (100, 60, 84):
            await it.pilot.resize_terminal(columns, 36)
            await it.until(lambda: it.app.size.width == columns)  # noqa: B023 - called at once
            await it.until(lambda: meant(it) == [2])


def meant(it: Stage) -> list[int]:
    """Which of the marked words on the screen, from 0, are the ones meant."""
    underlined = [
        bool(segment.style and segment.style.underline)
        for strip in it.app.screen._compositor.render_strips()
        for segment in strip
        if segment.style is not None and segment.style.reverse and segment.text == "needle"
    ]
    return [at for at, is_meant in enumerate(underlined) if is_meant]
