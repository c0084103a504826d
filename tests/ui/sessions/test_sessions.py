from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from tests.fakes import NOON, ScriptedBackend, assistant, user
from tests.ui.harness import Stage, said, stage
from tui.errors import NotOffered
from tui.events import Started
from tui.model import Session
from tui.safe_text import SafeText
from tui.ui.dialogs.confirm import ConfirmScreen
from tui.ui.sessions.list_view import SessionList
from tui.ui.sessions.panel import SessionPanel
from tui.ui.sessions.picker import SessionsScreen
from tui.ui.widgets.plain_text import Plain

NARROW = (80, 24)


def library() -> ScriptedBackend:
    names = ("Soup", "Bread", "Trains", "Regex")
    backend = ScriptedBackend()
    for day, name in enumerate(names):
        session_id = name.lower()
        backend.histories[session_id] = [user(f"{name}0", f"{name}?"), assistant(f"{name}1", "Yes")]
        told = NOON - timedelta(days=day * 3)
        backend.listed.append(Session(session_id, SafeText(name), updated_at=told))
    return backend


def order(sessions: SessionList) -> list[str]:
    return [row.session.label for row in sessions.rows]


def picker(it: Stage) -> SessionList:
    return it.app.screen.query_one(SessionList)


async def test_the_list_groups_by_age() -> None:
    async with stage(library()) as it:
        drawn = "\n".join(it.rows(it.list))
        assert order(it.list) == ["Soup", "Bread", "Trains", "Regex"]
        assert [
            drawn.index(word) for word in ("Today", "Soup", "Last 7 days", "Bread", "Older")
        ] == (
            sorted(drawn.index(word) for word in ("Today", "Soup", "Last 7 days", "Bread", "Older"))
        )


async def test_ctrl_s_goes_to_the_list_and_enter_opens() -> None:
    async with stage(library()) as it:
        await it.press("ctrl+s")
        assert it.one(SessionPanel).has_keys
        await it.press("down", "enter")
        await it.settled()
        assert it.texts == ["Bread?", "Yes"]
        assert it.status.title == "Bread"
        assert it.composer.has_focus


async def test_the_list_shows_its_focus_by_a_mark() -> None:
    async with stage(library()) as it:
        assert "▌" not in "\n".join(it.rows(it.list))
        await it.press("f2")
        assert "▌" in "\n".join(it.rows(it.list))


async def test_the_preview_of_an_opened_session_is_its_last_answer() -> None:
    async with stage(library()) as it:
        await it.open("soup")
        await it.settled()
        soup = it.list.rows[0].session
        assert (soup.label, soup.preview) == ("Soup", "Yes")


async def test_a_click_opens_a_session() -> None:
    async with stage(library()) as it:
        await it.pilot.click(SessionList, offset=(5, 1))
        await it.settled()
        assert it.texts == ["Soup?", "Yes"]


async def test_ctrl_t_pins_to_the_top_and_unpins() -> None:
    async with stage(library()) as it:
        await it.press("ctrl+s", "end", "ctrl+t")
        assert order(it.list)[0] == "Regex"
        assert "Pinned" in it.drawn
        assert it.list.under_cursor is not None
        assert it.list.under_cursor.session.id == "regex"
        await it.press("ctrl+t")
        assert order(it.list)[0] == "Soup"


async def test_delete_asks_first_and_n_keeps_the_session() -> None:
    backend = library()
    async with stage(backend) as it:
        await it.open("soup")
        await it.settled()
        await it.press("ctrl+s", "ctrl+d")
        await it.until(lambda: isinstance(it.app.screen, ConfirmScreen))
        assert any("Soup" in said(each) for each in it.app.screen.query(Plain))
        assert "soup" in backend.histories
        await it.press("n")
        assert not isinstance(it.app.screen, ConfirmScreen)
        assert "soup" in backend.histories
        assert it.texts == ["Soup?", "Yes"]


@pytest.mark.parametrize("key", ["escape", "n"])
async def test_leaving_the_question_deletes_nothing(key: str) -> None:
    backend = library()
    async with stage(backend) as it:
        await it.press("ctrl+s", "ctrl+d")
        await it.until(lambda: isinstance(it.app.screen, ConfirmScreen))
        await it.press(key)
        assert len(backend.histories) == 4


async def test_deleting_the_open_session_opens_a_new_one() -> None:
    backend = library()
    async with stage(backend) as it:
        await it.open("soup")
        await it.settled()
        await it.press("ctrl+s", "ctrl+d")
        await it.until(lambda: isinstance(it.app.screen, ConfirmScreen))
        await it.press("y")
        await it.until(lambda: "soup" not in backend.histories)
        await it.until(lambda: it.texts == [])
        assert order(it.list) == ["Bread", "Trains", "Regex"]
        assert it.status.title == "New session"
        assert it.toasts == ["Deleted: Soup"]


async def test_deleting_another_session_leaves_the_open_one() -> None:
    backend = library()
    async with stage(backend) as it:
        await it.open("soup")
        await it.settled()
        await it.press("ctrl+s", "down", "ctrl+d")
        await it.until(lambda: isinstance(it.app.screen, ConfirmScreen))
        await it.press("y")
        await it.until(lambda: "bread" not in backend.histories)
        assert it.texts == ["Soup?", "Yes"]


async def test_a_streaming_session_can_be_deleted() -> None:
    backend = library()
    backend.scripts = [[Started(), asyncio.Event()]]
    async with stage(backend) as it:
        await it.open("soup")
        await it.settled()
        await it.ask("More?")
        await it.until(lambda: bool(backend.sent))
        await it.press("ctrl+s", "ctrl+d")
        await it.until(lambda: isinstance(it.app.screen, ConfirmScreen))
        await it.press("y")
        await it.until(lambda: "Soup" not in order(it.list) and not it.chat.send_workers.busy)
        await it.until(lambda: it.texts == [])
        assert "Soup" not in order(it.list)


class KeepingBackend(ScriptedBackend):
    async def delete_session(self, session_id: str) -> None:
        raise NotOffered("This host cannot delete sessions.", hint="Delete it on the web.")


async def test_a_host_that_cannot_delete_says_so() -> None:
    kept = library()
    backend = KeepingBackend(histories=kept.histories, listed=kept.listed)
    async with stage(backend) as it:
        await it.press("ctrl+s", "ctrl+d")
        await it.until(lambda: isinstance(it.app.screen, ConfirmScreen))
        await it.press("y")
        await it.until(lambda: "cannot delete" in it.notice)
        assert len(it.list.rows) == 4


async def test_a_narrow_screen_has_the_list_as_a_picker() -> None:
    async with stage(library(), size=NARROW) as it:
        assert not it.one(SessionPanel).display
        await it.press("f2")
        await it.until(lambda: isinstance(it.app.screen, SessionsScreen))
        await it.press("down", "down", "enter")
        await it.settled()
        assert it.texts == ["Trains?", "Yes"]
        assert it.composer.has_focus


async def test_the_picker_filters_by_what_is_typed() -> None:
    async with stage(library(), size=NARROW) as it:
        await it.press("ctrl+s")
        await it.until(lambda: isinstance(it.app.screen, SessionsScreen))
        await it.press("r", "e")
        assert "▌  Bread" in it.drawn
        assert order(picker(it)) == ["Bread", "Regex"]
        await it.press("x")
        assert order(picker(it)) == []
        assert "No title matches" in it.drawn
        await it.press("backspace", "down", "enter")
        await it.settled()
        assert it.texts == ["Regex?", "Yes"]


async def test_ctrl_s_in_the_wide_list_opens_the_filter() -> None:
    async with stage(library()) as it:
        await it.press("ctrl+s", "ctrl+s")
        await it.until(lambda: isinstance(it.app.screen, SessionsScreen))
        await it.press("escape")
        assert it.one(SessionPanel).has_keys


async def test_opening_from_the_picker_keeps_the_draft_of_the_session_left() -> None:
    async with stage(library(), size=NARROW) as it:
        await it.write("unsent")
        await it.press("ctrl+s")
        await it.until(lambda: isinstance(it.app.screen, SessionsScreen))
        await it.press("enter")
        await it.settled()
        assert it.composer.whole_text == ""
        await it.press("ctrl+n")
        assert it.composer.whole_text == "unsent"


async def test_sessions_without_a_title_are_named_by_their_first_question() -> None:
    backend = library()
    backend.listed = [Session("soup", updated_at=NOON)]
    async with stage(backend) as it:
        await it.until(lambda: order(it.list) == ["Soup?"])


async def test_an_empty_list_says_what_to_do() -> None:
    async with stage(ScriptedBackend()) as it:
        assert "No sessions yet. Start" in "\n".join(it.rows(it.one(SessionPanel)))


async def test_the_cursor_is_where_the_transcript_is_until_it_is_moved() -> None:
    async with stage(library()) as it:
        await it.open("trains")
        await it.settled_reading()
        await it.press("ctrl+s")
        assert it.list.under_cursor is not None
        assert it.list.under_cursor.session.id == "trains"
        await it.press("down")
        moved_to = it.list.under_cursor.session.id
        await it.press("f5")
        await it.settled_reading()
        assert it.list.under_cursor.session.id == moved_to != "trains"
