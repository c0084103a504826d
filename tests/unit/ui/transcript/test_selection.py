from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from textual.widget import Widget

from tests.fakes import ScriptedBackend, assistant, connection, user
from tests.optional_parts import OFFERS
from tests.ui.talks import UNNAMED
from tui.conversation import Conversation
from tui.ui.transcript.message_view import MessageView
from tui.ui.transcript.selection import Selection

COUNT = 6


class Scroll:
    """Notes where it is sent to."""

    def __init__(self) -> None:
        self.ends_here = True
        self.moves: list[str] = []

    def follow(self) -> None:
        self.moves.append("end")

    def keep(self, widget: Widget, row: int) -> None:
        assert isinstance(widget, MessageView)
        self.moves.append(f"{widget.message.id} at {row}")

    def release_anchor(self) -> None:
        self.moves.append("released")


class Mounted:
    def __init__(self, views: Mapping[str, MessageView]) -> None:
        self.views = views
        self.seen: Sequence[str] = list(views)

    @property
    def last(self) -> MessageView | None:
        return next(reversed(list(self.views.values())), None)

    def in_sight(self) -> Sequence[str]:
        return self.seen


class Scene:
    """A conversation of q0, a0, q1 … of which the last messages are mounted."""

    def __init__(self, conversation: Conversation, mounted: int) -> None:
        self.conversation = conversation
        self.scroll = Scroll()
        self.mounted = Mounted(self.views(mounted))
        self.selection = Selection(
            self.scroll, self.mounted, lambda: self.conversation, self.mount_around
        )

    def views(self, count: int) -> Mapping[str, MessageView]:
        messages = tuple(self.conversation.timeline)[-count:] if count else ()
        return {each.id: MessageView(each, UNNAMED) for each in messages}

    async def mount_around(self, position: int, then: Callable[[], None]) -> None:
        self.scroll.moves.append(f"mounted around {position}")
        self.mounted.views = self.views(COUNT)
        then()

    @property
    def shown_selected(self) -> Sequence[str]:
        return [key for key, view in self.mounted.views.items() if view.has_class("-selected")]


async def scene(mounted: int = COUNT) -> Scene:
    messages = [
        make(f"{letter}{at}", "text")
        for at in range(COUNT // 2)
        for letter, make in (("q", user), ("a", assistant))
    ]
    backend = ScriptedBackend(histories={"s": messages}, offers=OFFERS | {"message_deletion"})
    conversation = connection(backend).conversation("s")
    await conversation.reread()
    return Scene(conversation, mounted)


def selected(it: Scene) -> str:
    message = it.selection.message
    assert message is not None
    return message.id


async def test_nothing_selected_means_the_last_message() -> None:
    it = await scene()
    assert selected(it) == "a2"
    assert it.shown_selected == []


async def test_the_first_step_selects_what_is_in_sight() -> None:
    it = await scene()
    it.mounted.seen = ["a0", "q1", "a1"]
    await it.selection.step(-1)
    assert selected(it) == "a1"
    it.selection.clear()
    await it.selection.step(1)
    assert selected(it) == "a0"


async def test_a_step_goes_on_from_the_selected_message_and_stops_at_the_ends() -> None:
    it = await scene()
    await it.selection.first()
    assert selected(it) == "q0"
    await it.selection.step(-1)
    assert selected(it) == "q0"
    await it.selection.step(1)
    assert it.shown_selected == ["a0"]
    await it.selection.step(99)
    assert it.shown_selected == ["a2"]


async def test_the_last_message_is_followed_and_others_are_kept_at_the_top() -> None:
    it = await scene()
    await it.selection.reveal("a2")
    await it.selection.reveal("q1")
    assert it.scroll.moves == ["end", "q1 at 0"]


async def test_the_last_mounted_message_is_not_followed_where_more_are_below() -> None:
    it = await scene()
    it.scroll.ends_here = False
    await it.selection.reveal("a2")
    assert it.scroll.moves == ["a2 at 0"]


async def test_a_message_that_is_not_mounted_is_mounted_before_it_is_selected() -> None:
    it = await scene(mounted=2)
    await it.selection.reveal("q0")
    assert it.scroll.moves == ["released", "mounted around 0", "q0 at 0"]
    assert it.shown_selected == ["q0"]


async def test_a_message_that_is_not_there_changes_nothing() -> None:
    it = await scene()
    await it.selection.reveal("q1")
    await it.selection.reveal("gone")
    assert it.shown_selected == ["q1"]


async def test_selecting_in_place_moves_nothing() -> None:
    it = await scene(mounted=2)
    assert it.selection.select_in_place("q0") is None
    assert it.selection.select_in_place("q2") is it.mounted.views["q2"]
    assert it.scroll.moves == []
    assert selected(it) == "q2"


async def test_the_place_to_search_from_is_the_selected_message_or_what_is_in_sight() -> None:
    it = await scene()
    it.mounted.seen = ["q1", "a1"]
    assert it.selection.position(last=False) == 2
    assert it.selection.position(last=True) == 3
    await it.selection.reveal("a2")
    assert it.selection.position(last=False) == 5


async def test_with_nothing_in_sight_the_last_mounted_message_counts() -> None:
    it = await scene()
    it.mounted.seen = []
    assert it.selection.position(last=False) == COUNT - 1


async def test_picking_takes_the_whole_exchange_and_a_second_time_lets_it_go() -> None:
    it = await scene()
    await it.selection.reveal("a1")
    it.selection.toggle_picked()
    assert it.selection.picked == ["q1", "a1"]
    await it.selection.reveal("q0")
    it.selection.toggle_picked()
    assert it.selection.picked == ["q0", "a0", "q1", "a1"]
    it.selection.toggle_picked()
    assert it.selection.picked == ["q1", "a1"]


async def test_a_picked_message_that_is_gone_is_no_longer_picked() -> None:
    it = await scene()
    await it.selection.reveal("a1")
    it.selection.toggle_picked()
    await it.conversation.stored.delete(["q1", "a1"])
    it.selection.keep_up_with(it.conversation.timeline, it.conversation.current_id)
    assert it.selection.picked == []


async def test_another_conversation_begins_with_nothing_selected_or_picked() -> None:
    it = await scene()
    await it.selection.reveal("a1")
    it.selection.toggle_picked()
    it.selection.begin_anew()
    assert selected(it) == "a2"
    assert it.selection.picked == []
