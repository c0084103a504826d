from __future__ import annotations

from tests.fakes import ScriptedBackend, assistant, user
from tests.ui.harness import stage
from tests.ui.talks import opened, selected, talk
from tui.model import Citation, CitationsPart, NotePart
from tui.safe_text import SafeText
from tui.ui.dialogs.inspector import InspectorScreen
from tui.ui.dialogs.pick import PickScreen
from tui.ui.transcript.sources import Sources

CODE = "Run this:\n\n```sh\nmake all\n```\n"
TWO = "```sh\nmake all\n```\n\nor\n\n```python\nprint('[x]')\n```\n"


async def test_alt_up_and_alt_down_step_from_the_composer() -> None:
    async with stage(talk("one", "two")) as it:
        await it.open("s")
        await it.settled()
        assert it.composer.has_focus
        steps = []
        for key in ("alt+up", "alt+up", "alt+up", "alt+down"):
            await it.press(key)
            steps.append(selected(it))
        assert steps == ["a1", "q1", "a0", "q1"]
        assert it.transcript.has_focus


async def test_k_j_g_and_shift_g_move_in_the_transcript() -> None:
    async with stage(talk("one", "two", "three")) as it:
        await opened(it)
        await it.press("k", "k", "j")
        assert selected(it) == "a2"
        await it.press("g")
        assert selected(it) == "q0"
        await it.press("k")
        assert selected(it) == "q0"
        await it.press("G")
        assert it.transcript.following
        assert not it.chat.query(".-selected")


async def test_the_selected_message_has_a_mark() -> None:
    async with stage(talk("one", "two")) as it:
        await opened(it)
        await it.press("k")
        view = next(view for view in it.views if view.has_class("-selected"))
        assert view.message.id == "a1"
        assert any(row.startswith("┃") for row in it.rows(view))


async def test_y_copies_the_selected_message_as_it_was_written() -> None:
    async with stage(talk("**bold** [x]", "last")) as it:
        await opened(it)
        await it.press("k", "k", "k", "y")
        assert it.app.clipboard == "**bold** [x]"


async def test_ctrl_y_copies_the_last_answer_from_anywhere() -> None:
    async with stage(talk("first", "the *last*")) as it:
        await it.open("s")
        await it.settled()
        await it.press("ctrl+y")
        assert it.app.clipboard == "the *last*"
        assert it.composer.has_focus


async def test_ctrl_y_with_nothing_to_copy_says_so() -> None:
    async with stage(ScriptedBackend()) as it:
        await it.press("ctrl+y")
        assert it.toasts == ["There is no last answer to copy."]


async def test_c_copies_the_code_block() -> None:
    async with stage(talk(CODE)) as it:
        await opened(it)
        await it.press("c")
        await it.until(lambda: it.app.clipboard == "make all\n")


async def test_c_asks_which_of_several() -> None:
    async with stage(talk(TWO)) as it:
        await opened(it)
        await it.press("c")
        await it.until(lambda: isinstance(it.app.screen, PickScreen))
        assert "print('[x]')" in it.drawn
        await it.press("down", "enter")
        await it.until(lambda: it.app.clipboard == "print('[x]')\n")


async def test_c_without_code_says_so() -> None:
    async with stage(talk("no code")) as it:
        await opened(it)
        await it.press("c")
        await it.until(lambda: bool(it.toasts))
        assert it.toasts == ["There is no code block in this message."]


async def test_i_shows_the_facts_of_a_message() -> None:
    async with stage(talk("the [answer]")) as it:
        await opened(it)
        await it.press("i")
        assert isinstance(it.app.screen, InspectorScreen)
        assert '"text": "the [answer]"' in it.drawn
        assert '"session": "s"' in it.drawn
        await it.press("escape")
        await it.until(lambda: it.app.screen is it.chat)


async def test_sources_and_notes_stand_under_the_answer() -> None:
    cited = Citation(SafeText("3.4"), SafeText("A [b]book[/b]"), SafeText("https://example.com"))
    answer = assistant(
        "a", "As told [3.4].", CitationsPart((cited,)), NotePart(SafeText("cut at the limit"))
    )
    async with stage(ScriptedBackend(histories={"s": [user("q", "Q"), answer]})) as it:
        await opened(it)
        assert "❝ 1 source" in it.drawn
        assert "cut at the limit" in it.drawn
        assert "A [b]book[/b]" not in it.drawn
        it.one(Sources).collapsed = False
        await it.until(lambda: "A [b]book[/b]" in it.drawn)


async def test_raw_html_and_markup_are_read_not_obeyed() -> None:
    async with stage(talk("A List<String> and [@click=app.quit]x[/] and [/nope]")) as it:
        await opened(it)
        assert "List<String>" in it.drawn
        assert "[@click=app.quit]x[/] and [/nope]" in it.drawn


async def test_a_text_that_comes_again_while_reading_is_not_doubled() -> None:
    backend = talk("one")
    async with stage(backend) as it:
        await opened(it)
        await it.press("f5")
        await it.settled()
        assert it.texts == ["question 0", "one"]


async def test_messages_added_elsewhere_appear_on_reading_again() -> None:
    backend = talk("one")
    async with stage(backend) as it:
        await opened(it)
        backend.histories["s"] += [user("q9", "from the web"), assistant("a9", "answered there")]
        views = it.views
        await it.press("f5")
        await it.until(lambda: len(it.views) == 4)
        assert it.views[0] is views[0]
        assert it.texts[2:] == ["from the web", "answered there"]


async def test_the_reading_keys_do_nothing_without_messages() -> None:
    async with stage(ScriptedBackend()) as it:
        it.transcript.focus()
        await it.press("k", "j", "g", "G", "y", "c", "n", "N", "r", "e", "i", "f", "slash")
        assert it.app.screen is it.chat
        assert it.texts == []
