from __future__ import annotations

from collections.abc import Sequence

from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from tests.fakes import assistant, user
from tests.ui.talks import UNNAMED
from tui.model import Message, ToolPart, ToolState
from tui.safe_text import SafeText
from tui.ui.transcript.message_view import Folds, MessageView
from tui.ui.transcript.mounted import MountedMessages
from tui.values import replace

TOOL = ToolPart(0, SafeText("search"), SafeText("{}"), ToolState.DONE, "found")


class MountingApp(App[None]):
    """A scrolling column with a head, in which messages are mounted."""

    def __init__(self) -> None:
        super().__init__()
        self.column = VerticalScroll()
        self.made: list[str] = []
        self.head = Static("head")
        self.mounted = MountedMessages(self.column, self.head, self.make)

    def compose(self) -> ComposeResult:
        with self.column:
            yield self.head

    def make(self, message: Message, folds: Folds) -> MessageView:
        self.made.append(message.id)
        return MessageView(message, UNNAMED, folds)

    @property
    def children_shown(self) -> Sequence[Widget]:
        return [each for each in self.column.children if each is not self.head]


def questions(*ids: str) -> list[Message]:
    return [user(each, f"text of {each}") for each in ids]


async def test_only_what_is_new_is_made_and_the_order_is_that_of_the_messages() -> None:
    app = MountingApp()
    async with app.run_test():
        await app.mounted.show(questions("b", "d"))
        staying = app.mounted.views["b"]
        await app.mounted.show(questions("a", "b", "c", "d", "e"))
        assert app.made == ["b", "d", "a", "c", "e"]
        assert app.mounted.views["b"] is staying
        assert app.mounted.ids == ["a", "b", "c", "d", "e"]
        assert list(app.mounted.views.values()) == app.children_shown
        assert app.column.children[0] is app.head


async def test_views_that_stay_are_put_into_another_order() -> None:
    app = MountingApp()
    async with app.run_test():
        await app.mounted.show(questions("a", "b", "c"))
        views = dict(app.mounted.views)
        await app.mounted.show(questions("c", "a", "b"))
        assert app.children_shown == [views["c"], views["a"], views["b"]]
        assert app.mounted.last is views["b"]


async def test_a_changed_message_is_shown_in_the_same_view() -> None:
    app = MountingApp()
    async with app.run_test():
        await app.mounted.show([assistant("a", "one")])
        view = app.mounted.views["a"]
        await app.mounted.show([assistant("a", "one and two")])
        assert app.mounted.views["a"] is view
        assert view.message.text == "one and two"


async def test_a_renamed_message_goes_on_in_its_view() -> None:
    app = MountingApp()
    async with app.run_test():
        await app.mounted.show(questions("ours"))
        view = app.mounted.views["ours"]
        app.mounted.rename({"ours": "theirs"}.__getitem__)
        await app.mounted.show([replace(view.message, id="theirs")])
        assert app.mounted.views["theirs"] is view
        assert app.made == ["ours"]
        # another client stored it before it was known here by that name
        await app.mounted.show(questions("theirs", "later", "ours"))
        app.mounted.rename(lambda each: {"ours": "theirs"}.get(each, each))
        app.mounted.rename(lambda each: each)
        await app.mounted.show(questions("theirs", "later"))
        assert list(app.mounted.views.values()) == app.children_shown


async def test_panels_come_back_as_they_stood_when_they_were_unmounted() -> None:
    app = MountingApp()
    async with app.run_test():
        answers = [assistant("a", TOOL), assistant("b", TOOL)]
        await app.mounted.show(answers)
        first, _ = app.mounted.tool_panels
        first.collapsed = False
        await app.mounted.show(answers[1:])
        await app.mounted.show(answers)
        assert [panel.collapsed for panel in app.mounted.tool_panels] == [False, True]


async def test_views_of_another_conversation_go_with_the_next_frame() -> None:
    app = MountingApp()
    async with app.run_test():
        await app.mounted.show(questions("a", "b"))
        before = app.children_shown
        app.mounted.begin_anew()
        assert app.mounted.ids == []
        assert app.children_shown == before
        await app.mounted.show(questions("a"))
        assert len(app.children_shown) == 1
        assert app.children_shown[0] not in before


async def test_the_focus_stays_in_the_column_when_its_view_goes() -> None:
    app = MountingApp()
    async with app.run_test() as pilot:
        await app.mounted.show([assistant("a", TOOL)])
        app.screen.set_focus(app.mounted.tool_panels[0].panel_title)
        await app.mounted.show(questions("b"))
        await pilot.pause()
        assert app.focused is app.column


async def test_only_messages_that_some_is_seen_of_are_in_sight() -> None:
    app = MountingApp()
    async with app.run_test(size=(40, 10)) as pilot:
        await app.mounted.show(questions(*"abcdefgh"))
        await pilot.pause()
        assert app.mounted.in_sight()[0] == "a"
        app.column.scroll_end(animate=False, immediate=True)
        await pilot.pause()
        in_sight = app.mounted.in_sight()
        assert "a" not in in_sight
        assert in_sight[-1] == "h"
