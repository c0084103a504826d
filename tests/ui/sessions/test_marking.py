from __future__ import annotations

import asyncio

import pytest

from tests.fakes import NOON, ScriptedBackend, assistant, says, user
from tests.ui.harness import Stage, stage
from tui.conversation.marks import LocalMarks
from tui.errors import Unreachable
from tui.events import Completed, Started, TextDelta
from tui.model import Session
from tui.safe_text import SafeText
from tui.store import ExchangeMarks, SessionMarks
from tui.ui.commands.screen import KeysScreen
from tui.ui.dialogs.edit_line import EditLineScreen
from tui.ui.dialogs.edit_text import EditTextScreen, TextField
from tui.ui.sessions.panel import SessionPanel
from tui.ui.sessions.picker import SessionsScreen

NAMES = ("Soup", "Bread", "Tea")
TODO, LATER = SafeText("todo"), SafeText("later")


def library() -> ScriptedBackend:
    return ScriptedBackend(
        {name: [user(f"{name}q", "Q?"), assistant(f"{name}a", "A.")] for name in NAMES},
        listed=[Session(name, SafeText(name), updated_at=NOON) for name in NAMES],
    )


def marks(it: Stage) -> LocalMarks:
    connection = it.chat.open_chat.connection
    assert connection is not None
    return connection.local.marks


async def write(it: Stage, line: str) -> None:
    """Write a line into the dialog that is opening."""
    await it.until(lambda: isinstance(it.app.screen, EditLineScreen | EditTextScreen))
    names = {",": "comma", " ": "space", "#": "number_sign"}
    await it.press(*(names.get(each, each) for each in line), "enter")
    await it.until(lambda: it.app.screen is it.chat)


async def test_one_or_several_sessions_are_marked_from_the_list_and_marks_are_undone() -> None:
    async with stage(library()) as it:
        panel, at = it.one(SessionPanel), marks(it)
        panel.take_keys()
        await it.press("alt+g")
        await it.until(lambda: it.toasts == ["Marks stay on this machine: the server is not told."])
        assert at.of("Soup") == SessionMarks(is_flagged=True)
        assert "⚑ Soup" in it.drawn
        await it.press("space", "insert")
        assert "2 sessions picked · Esc none" in " ".join(it.drawn.split())
        await it.press("alt+g", "alt+r")
        await it.until(lambda: "Name only the first of these 2 here" in it.drawn)
        await it.press("escape", "alt+n")
        await it.until(lambda: "Note on 2 sessions, for your eyes only" in it.drawn)
        assert "in place of" not in it.drawn
        await it.press("escape", "alt+t")
        await it.until(lambda: "Tags of 2 sessions, with commas between them" in it.drawn)
        await write(it, "todo, #later,Todo")
        assert at.of("Bread") == SessionMarks(is_flagged=True, tags=(SafeText("Todo"), LATER))
        assert "#Todo #later" in it.drawn
        await it.press("alt+t", "ctrl+u")
        await write(it, "later")
        assert [at.of(each).tags for each in NAMES] == [(LATER,), (LATER,), ()]
        await it.press("alt+z", "alt+z", "alt+g")
        assert it.toasts[-2:] == ["Undone: tags of 2 sessions."] * 2
        assert [at.of(each) for each in NAMES] == [SessionMarks(), SessionMarks(), SessionMarks()]
        await it.press("alt+a")
        assert [row.session.id for row in it.list.rows] == ["Tea"]
        await it.press("alt+a")
        told = "All sessions are archived: type archived: to see them."
        await it.until(lambda: told in " ".join("".join(it.rows(panel)).replace("┃", "").split()))
        await it.press("alt+z")
        await it.press(*"archived", "colon")
        await it.until(lambda: len(panel.shown_sessions) == 2)
        assert "archived" in "".join(it.rows(it.list)[1:4])
        await it.press("escape", "alt+z")
        assert [row.session.id for row in it.list.rows] == [*NAMES]


async def test_a_session_is_renamed_noted_and_unread_here_and_the_server_is_not_told() -> None:
    async with stage(library()) as it:
        panel, at = it.one(SessionPanel), marks(it)
        panel.take_keys()
        await it.press("alt+r", "ctrl+u")
        await write(it, "broth")
        await it.press("alt+n")
        await it.until(lambda: "Note on “broth”, for your eyes only" in it.drawn)
        await write(it, "ask bob")
        await it.press("alt+u")
        assert at.of("Soup").is_unread
        assert "• broth" in it.drawn
        assert "“ask bob”" in it.drawn
        await it.press(*"bro")
        assert [row.session.id for row in it.list.rows] == ["Soup"]
        await it.press("enter")
        await it.settled_reading()
        assert at.is_unread(library().listed[0])
        assert "broth" in it.status.title
        await it.press("alt+m")
        assert not at.is_unread(library().listed[0])
        assert it.chat.open_chat.session_id == "Bread"
        panel.take_keys()
        await it.press("up", "alt+r", "ctrl+u", "enter")
        await it.until(lambda: at.of("Soup").title == "")


async def test_letters_mark_the_selected_exchange() -> None:
    async with stage(library()) as it:
        at = marks(it)
        await it.open("Soup")
        await it.settled_reading()
        await it.press("alt+up", "exclamation_mark", "number_sign")
        await it.until(lambda: "Tags of an exchange of “Soup”, with commas" in it.drawn)
        await write(it, "todo")
        (exchange,) = at.of("Soup").exchanges
        assert exchange == ExchangeMarks("Soupq", is_flagged=True, tags=(TODO,))
        assert "⚑ flagged #todo" in it.drawn
        await it.press("U", "u", "u")
        assert it.toasts[-2:] == [
            "Undone: unread mark of an exchange of “Soup”.",
            "Undone: tags of an exchange of “Soup”.",
        ]
        assert at.of("Soup").exchanges == (ExchangeMarks("Soupq", is_flagged=True),)
        await it.press("A")
        assert at.archived == {"Soup"}
        await it.press("u", "u", "u")
        assert at.archived == frozenset()
        assert "⚑" not in it.drawn
        assert it.toasts[-1] == "No mark to undo."


async def test_where_there_is_no_list_beside_the_chat_keys_go_through_it_all_the_same() -> None:
    async with stage(library(), size=(60, 20)) as it:
        await it.press("alt+j")
        assert it.chat.open_chat.session_id == "Soup"
        await it.press("alt+m", "alt+m", "alt+m")
        assert it.chat.open_chat.session_id == "Tea"
        assert it.toasts == ["This is the last one."]
        await it.press("alt+k")
        assert it.chat.open_chat.session_id == "Bread"
        await it.press("ctrl+s", "space", "alt+u")
        at = marks(it)
        assert [at.of(each).is_unread for each in NAMES] == [False, True, False]
        # a filter that is selected, as it is when the list is shown, is no text to write over
        await it.press(*"ea", "enter")
        await it.press("ctrl+s", "home", "space", "space")
        panel = it.app.screen.query_one(SessionPanel)
        assert (panel.words, list(panel.rows.picked)) == ("ea", ["Bread", "Tea"])
        await it.press("escape", "ctrl+u", "home", "down")
        await it.press("tab")
        assert it.app.screen.query_one(SessionPanel).words == ""
        # what is chosen from its keys is done in it, not in the list behind it
        await it.press("f1")
        await it.until(lambda: isinstance(it.app.screen, KeysScreen))
        await it.press(*"sessions.flag", "enter")
        await it.until(lambda: at.of("Bread").is_flagged)
        assert [at.of(each).is_flagged for each in NAMES] == [False, True, False]
        assert isinstance(it.app.screen, SessionsScreen)
        # nor is anything done in the chat behind
        await it.press("f1", *"chat.new")
        await it.until(lambda: "not here" in it.drawn)


async def test_a_note_has_any_number_of_lines_and_one_where_it_is_listed() -> None:
    async with stage(library()) as it:
        it.one(SessionPanel).take_keys()
        await it.press("alt+n")
        await it.until(lambda: isinstance(it.app.screen, EditTextScreen))
        await it.press(*"ab", "ctrl+j", *"cd", "enter")
        await it.until(lambda: it.app.screen is it.chat)
        assert marks(it).of("Soup").note == "ab\ncd"
        assert "“ab cd”" in it.drawn
        await it.press("alt+n")
        await it.until(lambda: isinstance(it.app.screen, EditTextScreen))
        it.app.screen.query_one(TextField).type("\n\n\x1b[31mred\n")
        await it.press("alt+z", "alt+shift+z", "enter")
        await it.until(lambda: it.app.screen is it.chat)
        assert marks(it).of("Soup").note == "ab\ncd\n\n␛[31mred"


async def test_an_exchange_is_marked_before_it_is_stored_and_stays_so() -> None:
    gate = asyncio.Event()
    backend = library()
    backend.scripts = [[Started(), TextDelta(SafeText("Yes")), gate, Completed()]]
    async with stage(backend) as it:
        await it.press("ctrl+n")
        await it.ask("Really?")
        await it.until(lambda: len(it.texts) == 2 and it.texts[1] == "Yes")
        at = marks(it)
        await it.press("alt+up", "exclamation_mark", "number_sign")
        await write(it, "todo")
        assert "⚑ flagged #todo" in it.drawn
        gate.set()
        await it.settled()
        await it.press("f5")
        await it.settled_reading()
        session_id = it.chat.open_chat.session_id
        (exchange,) = at.of(session_id).exchanges
        assert exchange == ExchangeMarks(it.views[0].message.id, is_flagged=True, tags=(TODO,))
        assert not exchange.message_id.startswith("local-")
        await it.until(lambda: "⚑ flagged #todo" in it.drawn)
        await it.press("alt+up", "u", "u")
        assert at.of(session_id).exchanges == ()


@pytest.mark.parametrize("is_outbox", [True, False])
async def test_a_question_that_was_not_sent_keeps_its_marks_when_it_is(is_outbox: bool) -> None:
    backend = library()
    backend.create_errors = [Unreachable("No connection.")]
    backend.scripts = [says("Yes")]
    async with stage(backend) as it:
        await it.press("ctrl+n")
        await it.ask("Really?")
        await it.settled()
        await it.press("alt+up", "exclamation_mark")
        assert "⚑ flagged" in it.drawn
        if is_outbox:
            await it.press("alt+o")
            await it.until(lambda: it.app.screen is not it.chat)
        await it.press("enter" if is_outbox else "r")
        await it.until(lambda: it.texts == ["Really?", "Yes"])
        await it.settled()
        assert "⚑ flagged" in it.drawn


async def test_the_list_and_the_picker_have_one_filter() -> None:
    async with stage(library(), size=(80, 24)) as it:
        await it.press("ctrl+s")
        await it.until(lambda: isinstance(it.app.screen, SessionsScreen))
        picker = it.app.screen.query_one(SessionPanel)
        await it.press(*"title:Bread")
        await it.until(lambda: [row.session.id for row in picker.rows.rows] == ["Bread"])
        await it.press("enter")
        await it.until(lambda: it.app.screen is it.chat)
        assert it.one(SessionPanel).words == "title:Bread"
        await it.press("ctrl+s")
        await it.until(lambda: isinstance(it.app.screen, SessionsScreen))
        await it.until(lambda: it.app.screen.query_one(SessionPanel).words == "title:Bread")
        await it.press("escape")
        await it.until(lambda: it.app.screen.query_one(SessionPanel).words == "")
        await it.press("escape")
        await it.until(lambda: it.one(SessionPanel).words == "")


async def test_keys_of_the_list_mark_the_open_session_while_somebody_writes() -> None:
    async with stage(library(), size=(60, 30)) as it:
        await it.press("alt+g")
        await it.until(lambda: it.toasts == ["Nothing was asked here yet."])
        await it.open("Soup")
        await it.settled_reading()
        await it.write("half a question")
        for key in ("alt+g", "alt+u", "alt+g"):
            await it.press(key)
        await it.until(lambda: it.toasts[-3:] == ["Flagged.", "Unread.", "Not flagged any more."])
        assert (marks(it).of("Soup").is_flagged, marks(it).of("Soup").is_unread) == (False, True)
        await it.press("alt+t")
        await write(it, "todo")
        await it.press("alt+n")
        await write(it, "call")
        assert (marks(it).of("Soup").tags, marks(it).of("Soup").note) == ((TODO,), "call")
        assert it.composer.whole_text == "half a question"
