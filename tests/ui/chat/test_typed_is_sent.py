"""Any text, typed or pasted in any pieces, edited in any order."""

from __future__ import annotations

import random

import pytest
from textual import events
from textual.widgets.text_area import Selection

from tests.fakes import ScriptedBackend, says
from tests.fuzz import FUZZ
from tests.ui.harness import Stage, stage
from tui.errors import Unreachable
from tui.safe_text import sendable
from tui.ui.composer.composer import Composer
from tui.ui.editing.chips import chips_in
from tui.ui.editing.cluster_document import ClusterWrap, QuestionDocument
from tui.ui.widgets.question_area import CHIP_CHARS

TEXTS = 8 * FUZZ
STEPS = 400 * FUZZ

# joiners, blanks, marks, tags, private use, new emoji, controls and line ends of all kinds
PIECES = [
    *"ab Z0_.[]{}()\\/\u00a0\u3000\u202f\u200b\u200c\u200d\u2060\ufeff\u00ad\u061c\u200f\u202e",
    *"\ue000\U000f0000\U0010fffd\ufffe\ufffd\ufe0f\ufe0e\u0301\u20e3\u2028\u2029\x85\x9b\u180e",
    *("e\u0301", "\U0001f469\u200d\U0001f680", "\U0001f44d\U0001f3fd", "\U0001f1fa\U0001f1f3"),
    *("\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "\U0001fae9"),
    *(
        "นี่คือ",
        "नमस्ते",
        "क्षि",
        "漢字",
        "かな",
        "カナ",
        "한국",
        "ｱﾊﾟ",
        "سلام",
        "שלום",
        "[pasted text 1: 9 characters]",
    ),
]
CONTROLS = [
    *"\x00\x01\x07\x08\x0b\x0c\x1b\x1c\x1f\x7f\t",
    "\r",
    "\r\n",
    "\n",
    "\x1b[201~",
    "\x1b]52;c;",
]


def any_text(chance: random.Random, *, controls: bool) -> str:
    pieces = PIECES + CONTROLS if controls else PIECES
    made = [chance.choice(pieces) for _ in range(chance.randrange(1, 25))]
    made += [
        chr(chance.choice((chance.randrange(0x20, 0x3000), chance.randrange(0xE000, 0x110000))))
    ]
    chance.shuffle(made)
    return "".join(each for each in made if each != "\x7f" or controls) + "."


def press(it: Stage, text: str) -> None:
    for character in text:
        it.app.post_message(events.Key(f"u+{ord(character):x}".replace("+", "_"), character))


async def sent(it: Stage, backend: ScriptedBackend) -> str:
    count = len(backend.sent)
    backend.scripts.append(says("Yes"))
    it.app.post_message(events.Key("enter", "\r"))
    await it.until(lambda: len(backend.sent) > count)
    await it.settled()
    return backend.sent[-1]


async def test_any_text_that_is_typed_is_sent() -> None:
    chance, backend = random.Random(1), ScriptedBackend()
    async with stage(backend) as it:
        for _ in range(TEXTS):
            text = any_text(chance, controls=False)
            press(it, text)
            assert await sent(it, backend) == text


async def test_any_text_that_is_pasted_in_any_pieces_is_sent() -> None:
    chance, backend = random.Random(2), ScriptedBackend()
    async with stage(backend) as it:
        for _ in range(TEXTS):
            pieces = [any_text(chance, controls=True) for _ in range(chance.randrange(1, 4))]
            for piece in pieces:
                it.app.post_message(events.Paste(piece))
            wanted = "".join(pieces).replace("\r\n", "\n").replace("\r", "\n")
            assert await sent(it, backend) == sendable(wanted)


ACTIONS = [
    *("cursor_left", "cursor_right", "cursor_up", "cursor_down", "cursor_word_left"),
    *("cursor_left(True)", "cursor_right(True)", "cursor_up(True)", "cursor_word_left(True)"),
    *("cursor_word_right", "cursor_word_right(True)", "cursor_line_start", "cursor_line_end"),
    *("delete_left", "delete_right", "delete_word_left", "delete_word_right", "delete_line"),
    *("delete_to_start_of_line", "delete_to_end_of_line_or_delete_line", "select_all", "cut"),
    *("undo", "undo", "undo", "redo", "redo", "newline", "earlier", "later", "select_line"),
    *("delete_left", "undo", "paste", "cursor_page_up", "cursor_page_down"),
]


async def edit(composer: Composer, chance: random.Random, large: str) -> None:
    match chance.randrange(6):
        case 0:
            composer.type(any_text(chance, controls=True))
        case 1 if chance.random() < 0.3:
            composer.type(large + any_text(chance, controls=True))
        case 2 if chance.random() < 0.1:
            composer.put(chance.choice((large, any_text(chance, controls=True))))
        case _:
            await composer.run_action(chance.choice(ACTIONS))


def check(composer: Composer) -> None:
    document = composer.document
    whole = composer.whole_text
    assert whole == sendable(whole)
    assert "\r" not in whole
    for location in composer.selection:
        row, column = location
        line = document[row]
        assert not any(start < column < end for start, end in chips_in(line))
    assert isinstance(document, QuestionDocument)
    assert document.as_drawn.text == composer.text
    wrapped = composer.wrapped_document
    fresh = ClusterWrap(document.as_drawn, wrapped._width, wrapped._tab_width)
    assert wrapped._wrap_offsets == fresh._wrap_offsets
    assert wrapped._offset_to_line_info == fresh._offset_to_line_info
    # as the cursor is drawn, so it is found again
    at = composer.cursor_location
    x, y = wrapped.location_to_offset(at)
    assert x <= composer.size.width + 1
    assert y < wrapped.height


async def test_no_order_of_edits_loses_or_changes_a_character() -> None:
    chance = random.Random(3)
    async with stage(ScriptedBackend(scripts=[says("1")]), size=(50, 20)) as it:
        await it.ask("asked before")
        await it.settled()
        large = "0123456789\u200d\n" * (CHIP_CHARS // 10)
        for _ in range(STEPS):
            await edit(it.composer, chance, large)
            check(it.composer)
            if chance.random() < 0.05:
                await it.pilot.pause()


async def test_undoing_all_and_redoing_all_comes_back_to_the_same_text() -> None:
    chance = random.Random(4)
    async with stage(ScriptedBackend()) as it:
        composer, large = it.composer, "x" * (CHIP_CHARS + 1)
        for _ in range(max(5, TEXTS // 4)):
            composer.put("begin\u0301 \U0001f469\u200d\U0001f680")
            for _ in range(15):
                composer.type(chance.choice((large, any_text(chance, controls=True), "q")))
                await composer.run_action(chance.choice(ACTIONS[:20]))
            end = composer.whole_text
            for _ in range(50):
                composer.undo()
                check(composer)
            assert composer.whole_text == "begin\u0301 \U0001f469\u200d\U0001f680"
            for _ in range(50):
                composer.redo()
                check(composer)
            assert composer.whole_text == end


CHANGES = [action for action in ACTIONS if action.startswith("delete")] + ["cut", "newline"]


async def test_an_edit_right_behind_an_undo_is_taken_back_alone() -> None:
    chance = random.Random(5)
    async with stage(ScriptedBackend()) as it:
        for _ in range(max(8, TEXTS)):
            it.composer.put("")
            press(it, any_text(chance, controls=False))
            await it.pilot.pause()
            await it.composer.run_action(chance.choice(CHANGES))
            it.composer.undo()
            for _ in range(10):
                before = it.composer.whole_text
                if chance.random() < 0.5:
                    press(it, chance.choice("ab"))
                    await it.pilot.pause()
                else:
                    await it.composer.run_action(chance.choice(CHANGES))
                if it.composer.whole_text != before:
                    it.composer.undo()
                assert it.composer.whole_text == before


RAW = "a\x1b[31m\u200f\u202eb \U0001f3f4\U000e0067\U000e0062\U000e007f\u2028c"


@pytest.mark.parametrize("key", ["r", "e"])
@pytest.mark.parametrize("arrives", [True, False])
async def test_a_question_asked_again_is_the_same_to_the_last_character(
    key: str, arrives: bool
) -> None:
    ends = says("1") if arrives else [Unreachable("Nothing answers.")]
    backend = ScriptedBackend(scripts=[ends, says("2")])
    if not arrives:
        backend.stores = lambda _session, _text, _streamed: []
    async with stage(backend) as it:
        it.app.post_message(events.Paste(RAW))
        await it.until(lambda: it.composer.whole_text == RAW)
        await it.press("enter")
        await it.settled()
        await it.press("alt+up", key)
        await it.until(lambda: len(backend.sent) == 2 or it.composer.whole_text == RAW)
        if key == "e":
            await it.press("enter")
        await it.settled()
        assert backend.sent == [RAW, RAW]


async def test_an_earlier_question_comes_back_as_it_was_written() -> None:
    backend = ScriptedBackend(scripts=[says("1")])
    async with stage(backend) as it:
        it.app.post_message(events.Paste(RAW))
        await it.until(lambda: it.composer.whole_text == RAW)
        await it.press("enter")
        await it.settled()
        await it.press("up")
        assert it.composer.whole_text == RAW
        it.composer.put("")
        await it.press("ctrl+r", "enter")
        assert it.composer.whole_text == RAW


async def test_a_chip_is_one_thing() -> None:
    large = "x" * (CHIP_CHARS + 1)
    async with stage(ScriptedBackend()) as it:
        composer = it.composer
        composer.type("a")
        composer.type(large)
        composer.type("b")
        label = composer.text[1:-1]
        assert label == f"[pasted text 1: {len(large):,} characters]"
        seen = []
        for key in ("left", "left", "left", "right", "right", "right", "left"):
            await it.press(key)
            seen.append(composer.cursor_location[1])
        chip_end = 1 + len(label)
        assert seen == [chip_end, 1, 0, 1, chip_end, chip_end + 1, chip_end]
        await it.press("backspace")
        assert composer.whole_text == "ab"
        await it.press("alt+z")
        assert composer.whole_text == f"a{large}b"
        await it.press("home", "right", "delete")
        assert composer.whole_text == "ab"
        await it.press("alt+z", "end", "left", "ctrl+w")
        assert composer.whole_text == "ab"
        await it.press("alt+z")
        composer.selection = Selection((0, 4), (0, 9))
        assert composer.selected_text == large
        await it.press("z")
        assert composer.whole_text == "azb"


async def test_a_word_is_deleted_whole() -> None:
    async with stage(ScriptedBackend()) as it:
        for first, second in (
            ("one ", "two"),
            ("สวัสดี ", "ครับ"),
            ("नमस्ते ", "दुनिया"),
            ("漢字", "かな"),
            ("かな", "カナ"),
            ("मैं ", "क्षत्रिय "),
            ("سلام ", "می\u200cخواهم"),
            ("한국 ", "사람"),
            ("cafe\u0301 ", "nai\u0308ve"),
            ("a", "..."),
        ):
            it.composer.put(first + second)
            await it.press("ctrl+w")
            assert it.composer.whole_text == first


async def test_the_cursor_goes_over_what_is_read_as_one_letter() -> None:
    letters = ["e\u0301", "\U0001f469\u200d\U0001f680", "\U0001f1fa\U0001f1f3", "क्षि", "ส", "x"]
    async with stage(ScriptedBackend()) as it:
        it.composer.put("".join(letters))
        for count in range(len(letters), 0, -1):
            assert it.composer.whole_text == "".join(letters[:count])
            await it.press("backspace")
        it.composer.put("".join(letters))
        await it.press("home")
        for count in range(len(letters)):
            assert it.composer.whole_text == "".join(letters[count:])
            await it.press("delete")
