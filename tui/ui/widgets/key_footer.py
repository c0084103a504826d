"""Footer of keys, made anew only when other keys are to be shown, and of whole keys only."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding
from textual.widgets import Footer

_PADDING_CELLS = 3
"""Around a key and its description, as Textual draws them."""


class KeyFooter(Footer):
    """A `Footer` whose parts stay when the focus moves on but the keys do not change.

    Textual's makes and styles a widget for each key whenever the focus or an action's state may
    have changed the keys, which is at nearly each step of a person.

    Where there is no room for all keys, whole ones are left out, the last of the row first; those
    whose ids are in `last_to_go` only when no other is left.
    """

    def __init__(self, last_to_go: Collection[str] = ()) -> None:
        super().__init__(show_command_palette=False)
        self._last_to_go = last_to_go
        self._composed: list[tuple[Binding, bool, str]] | None = None
        self._fitting: Collection[str] = ()

    async def recompose(self) -> None:
        shown = self._shown()
        keys = [(each.binding, each.enabled, each.tooltip) for each in shown.values()]
        fitting = self._fitting_of(shown)
        if (keys, fitting) != (self._composed, self._fitting):
            self._composed, self._fitting = keys, fitting
            await super().recompose()

    def compose(self) -> ComposeResult:
        if keys := [*super().compose()]:
            for action, key in zip(self._shown(), keys, strict=True):
                if action in self._fitting:
                    yield key

    def on_resize(self) -> None:
        if self._composed is not None and self._fitting_of(self._shown()) != self._fitting:
            self.call_after_refresh(self.recompose)

    def _shown(self) -> Mapping[str, ActiveBinding]:
        """Return the keys to show by their actions, of several of one action the first."""
        shown: dict[str, ActiveBinding] = {}
        for each in self.screen.active_bindings.values():
            if each.binding.show:
                shown.setdefault(each.binding.action, each)
        return shown

    def _fitting_of(self, shown: Mapping[str, ActiveBinding]) -> list[str]:
        """Return the actions whose keys have room, in the order of the row."""
        left_cells = self.size.width or self.app.size.width
        fitting: set[str] = set()
        ids = {action: each.binding.id for action, each in shown.items()}
        # the order of the row stays within both halves
        for action in sorted(shown, key=lambda each: ids[each] not in self._last_to_go):
            binding = shown[action].binding
            words = self.app.get_key_display(binding), binding.description
            left_cells -= sum(map(cell_len, words)) + _PADDING_CELLS
            if left_cells < 0:
                break
            fitting.add(action)
        return [action for action in shown if action in fitting]
