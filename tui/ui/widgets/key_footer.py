"""Footer of keys: one line of whole keys that act here, with a click on each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import ActiveBinding
from textual.reactive import reactive
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from tui.ui.cells import cell_len
from tui.ui.terminal.app import DirtyRowsScreen


class ShownKey(Struct, frozen=True):
    """A key and what it does, drawn ` label description `."""

    key: str
    label: str
    description: str
    enabled: bool

    @property
    def width_cells(self) -> int:
        return cell_len(self.label) + cell_len(self.description) + 3


class KeyFooter(Widget):
    """Tells the keys that the bindings of what is in focus have to show.

    Textual's footer has a widget for each key, made and styled anew whenever the keys change,
    which is at nearly each step of a person: a quarter of the processor time of a question and
    its answer.

    Where there is no room for all keys, whole ones are left out, the last of the row first; those
    whose ids are in `last_to_go` only when no other is left, and its first one last of all. Nothing
    is shown of an action id that `is_there` denies.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES = {
        "key-footer--key",
        "key-footer--description",
        "key-footer--hovered",
    }
    DEFAULT_CSS = """
    KeyFooter {
        dock: bottom;
        height: 1;
        background: $footer-background;
        &.-on-key { pointer: pointer; }
        .key-footer--key { color: $footer-key-foreground; text-style: bold; }
        .key-footer--description { color: $footer-description-foreground; }
        .key-footer--hovered { background: $block-hover-background; }
    }
    """

    keys: reactive[tuple[ShownKey, ...]] = reactive(())
    """Those that have room, from the left."""
    hovered: reactive[ShownKey | None] = reactive(None, toggle_class="-on-key")

    def __init__(
        self,
        last_to_go: Sequence[str] = (),
        is_there: Callable[[str], bool] = lambda _: True,
    ) -> None:
        super().__init__()
        self._is_there = is_there
        self._ranks = {each: rank for rank, each in enumerate(last_to_go)}

    def keep(self, action_ids: Sequence[str]) -> None:
        """Leave these out last too, after those that were told before."""
        self._ranks = {each: rank for rank, each in enumerate([*self._ranks, *action_ids])}

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._ask_for_keys, immediate=True)

    def on_unmount(self) -> None:
        self.screen.bindings_updated_signal.unsubscribe(self)

    def on_resize(self) -> None:
        self._ask_for_keys(self.screen)

    def _ask_for_keys(self, screen: Screen[object]) -> None:
        # keys change by every step of a start and of a send: they are read when they are drawn
        if isinstance(screen, DirtyRowsScreen):
            screen.before_frame(self._show_keys)
        else:
            self.call_next(self._show_keys)

    def _show_keys(self) -> None:
        # a terminal without the focus takes it from the widget for as long
        if self.is_attached and self.app.app_focus:
            self.keys = tuple(self._fitting(_shown_by_action(self.screen)))

    def _fitting(self, shown: Mapping[str, ActiveBinding]) -> list[ShownKey]:
        """Return the keys that have room, in the order of the row."""
        shown = {
            action: each
            for action, each in shown.items()
            if not each.binding.id or self._is_there(each.binding.id)
        }
        keys = {
            action: ShownKey(
                each.binding.key,
                self.app.get_key_display(each.binding),
                each.binding.description,
                each.enabled,
            )
            for action, each in shown.items()
        }
        ids = {action: each.binding.id or "" for action, each in shown.items()}
        # of those that are not ranked the order of the row says which go first
        ranks = {action: self._ranks.get(ids[action], len(self._ranks)) for action in keys}
        width = self.size.width or self.app.size.width
        return fitting([(key, ranks[action]) for action, key in keys.items()], width)

    def watch_keys(self) -> None:
        self.hovered = None

    def render_line(self, y: int) -> Strip:
        strip = Strip([segment for key in self.keys for segment in self._drawn(key)])
        ground = Style(bgcolor=self.rich_style.bgcolor)
        return strip.adjust_cell_length(self.size.width, ground)

    def _drawn(self, key: ShownKey) -> list[Segment]:
        look = Style(dim=not key.enabled or None)
        if key == self.hovered:
            look += self.get_component_rich_style("key-footer--hovered", partial=True)
        label = self.get_component_rich_style("key-footer--key")
        description = self.get_component_rich_style("key-footer--description")
        return [
            Segment(f" {key.label} ", label + look),
            Segment(f"{key.description} ", description + look),
        ]

    def key_at(self, x: int) -> ShownKey | None:
        """Return the key that stands in a cell of the line."""
        for key in self.keys:
            x -= key.width_cells
            if x < 0:
                return key
        return None

    def on_mouse_move(self, event: events.MouseMove) -> None:
        self.hovered = self.key_at(event.x)

    def on_leave(self) -> None:
        self.hovered = None

    def on_mouse_down(self, event: events.MouseDown) -> None:
        key = self.key_at(event.x)
        if key is not None and key.enabled:
            self.app.simulate_key(key.key)
        elif key is not None:
            self.app.bell()


def fitting(ranked: Sequence[tuple[ShownKey, int]], width_cells: int) -> list[ShownKey]:
    """Return the keys that have room, in the order of the row; the lowest ranks stay longest."""
    chosen: set[int] = set()
    for at in sorted(range(len(ranked)), key=lambda each: ranked[each][1]):
        width_cells -= ranked[at][0].width_cells
        if width_cells < 0:
            break
        chosen.add(at)
    return [key for at, (key, _) in enumerate(ranked) if at in chosen]


def _shown_by_action(screen: Screen[object]) -> Mapping[str, ActiveBinding]:
    """Return the bindings to show by their actions, of several of one action the first."""
    shown: dict[str, ActiveBinding] = {}
    for each in screen.active_bindings.values():
        if each.binding.show:
            shown.setdefault(each.binding.action, each)
    return shown
