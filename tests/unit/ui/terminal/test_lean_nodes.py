from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.css.styles import RenderStyles
from textual.dom import DOMNode, NoScreen
from textual.message import Message
from textual.reactive import Reactive, ReactiveError, reactive
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from tests.tables import each_row
from tui.ui.terminal.lean_nodes import make_nodes_lean, read_value


@pytest.fixture(autouse=True)
def lean() -> None:
    make_nodes_lean()


class Counted(Static):
    number = reactive(7)
    seen: reactive[list[int]] = reactive(list)

    def watch_number(self, number: int) -> None:
        self.seen.append(number)


class Doubled(Counted):
    """Computes what the class it is made from stores."""

    double = reactive(0)

    def compute_double(self) -> int:
        return self.number * 2


class Told(Message):
    pass


class Listening(Static):
    def __init__(self) -> None:
        super().__init__()
        self.heard = 0

    def on_told(self) -> None:
        self.heard += 1


class Small(App[None]):
    CSS = "#first { width: 5; } .wide { width: 9; }"

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Counted("one", id="first")
            yield Doubled("two", id="second")
            yield Listening()


async def test_a_value_is_there_before_it_was_set_and_is_the_one_that_was_set_last() -> None:
    async with Small().run_test() as pilot:
        first = pilot.app.query_one("#first", Counted)
        assert first.number == 7
        first.number = 8
        first.number = 8
        first.number = 9
        assert (first.number, first.seen) == (9, [7, 8, 9])
        # of another widget of that class nothing was asked yet
        other = Counted("three")
        assert (other.number, other.seen) == (7, [7])


async def test_a_computed_value_follows_what_it_is_made_of_each_time() -> None:
    async with Small().run_test() as pilot:
        second = pilot.app.query_one("#second", Doubled)
        assert second.double == 14
        second.number = 3
        assert second.double == 6
        second.number = 4
        assert second.double == 8


async def test_a_class_computes_what_the_one_it_is_made_from_stores() -> None:
    class Computing(Counted):
        tens = 4

        def compute_number(self) -> int:
            return self.tens * 10

    async with Small().run_test() as pilot:
        assert pilot.app.query_one("#first", Counted).number == 7
        computing = Computing("four")
        assert computing.number == 40
        computing.tens = 5
        assert computing.number == 50


def test_a_value_of_what_was_not_begun_is_an_error_and_an_attribute_of_a_class_is_itself() -> None:
    class Unbegun(Counted):
        def __init__(self) -> None:
            pass

    assert isinstance(Counted.number, Reactive)
    for _ in range(2):
        with pytest.raises(ReactiveError):
            _ = Unbegun().number


async def test_all_values_of_widgets_are_what_textual_says_they_are() -> None:
    async with Small().run_test() as pilot:
        app = pilot.app
        for node in (app, app.screen, *app.screen.walk_children()):
            for name, each in node._reactives.items():
                for _ in range(2):
                    assert getattr(node, name) == read_value(each, node, type(node)), name


async def test_a_node_is_in_the_screen_above_it_and_in_none_where_there_is_no_such() -> None:
    async with Small().run_test() as pilot:
        app = pilot.app
        shown = app.screen
        part = DOMNode(classes="part")
        part._attach(app.query_one("#first"))
        nodes = [shown, *shown.walk_children(), part]
        assert [each.screen for each in nodes] == [shown] * len(nodes)
        assert app.query_one("#first").region.width == 5
        with pytest.raises(NoScreen):
            _ = Static("nowhere").screen
        gone = app.query_one("#second")
        await gone.remove()
        with pytest.raises(NoScreen):
            _ = gone.screen


ASKED: list[Callable[[Widget], object]] = [
    lambda widget: widget.refresh(),
    lambda widget: widget.refresh(layout=True),
    lambda widget: widget.add_class("wide"),
    lambda widget: setattr(widget.styles, "width", 20),
]


@pytest.mark.parametrize("ask", ASKED)
async def test_a_widget_is_drawn_and_laid_out_again_as_it_asks_for(
    ask: Callable[[Widget], object],
) -> None:
    drawn: list[int] = []

    class Noting(Static):
        def render_line(self, y: int) -> Strip:
            drawn.append(self.size.width)
            return super().render_line(y)

    class One(Small):
        def compose(self) -> ComposeResult:
            yield Noting("one")

    async with One().run_test() as pilot:
        widget = pilot.app.query_one(Noting)
        await pilot.pause()
        drawn.clear()
        ask(widget)
        await pilot.pause()
        assert drawn
        expected = {True: 9, False: drawn[0]}[widget.has_class("wide")]
        assert drawn[-1] == widget.size.width == expected


async def test_what_is_prevented_is_not_heard_in_the_block_and_all_else_is() -> None:
    async with Small().run_test() as pilot:
        listening = pilot.app.query_one(Listening)
        with listening.prevent():
            listening.post_message(Told())
        await pilot.pause()
        assert listening.heard == 1
        with listening.prevent(Told), listening.prevent():
            listening.post_message(Told())
        await pilot.pause()
        assert listening.heard == 1
        listening.post_message(Told())
        await pilot.pause()
        assert listening.heard == 2


def styles() -> RenderStyles:
    widget = Static()
    widget.styles.base.set_rule("width", 3)
    widget.styles.base.set_rule("height", None)
    widget.styles.base.set_rule("min_width", 1)
    widget.styles.inline.set_rule("min_width", 2)
    widget.styles.inline.set_rule("max_width", None)
    return widget.styles


@each_row(
    ("name", "is_there", "value"),
    [
        ("width", True, 3),
        ("min_width", True, 2),
        ("max_height", False, "none of it"),
    ],
)
def test_what_is_set_on_a_widget_goes_before_what_a_rule_says(
    name: str, is_there: bool, value: object
) -> None:
    assert styles().has_rule(name) is is_there
    assert styles().get_rule(name, "none of it") == value
    assert styles().get_rule(name) == (value if is_there else None)
    assert (name in styles().get_rules()) is is_there
