"""Footer of keys, made anew only when other keys are to be shown."""

from __future__ import annotations

from textual.binding import Binding
from textual.widgets import Footer


class KeyFooter(Footer):
    """A `Footer` whose parts stay when the focus moves on but the keys do not change.

    Textual's makes and styles a widget for each key whenever the focus or an action's state may
    have changed the keys, which is at nearly each step of a person.
    """

    _composed: list[tuple[Binding, bool, str]] | None = None

    async def recompose(self) -> None:
        bindings = self.screen.active_bindings.values()
        keys = [
            (each.binding, each.enabled, each.tooltip) for each in bindings if each.binding.show
        ]
        if keys != self._composed:
            self._composed = keys
            await super().recompose()
