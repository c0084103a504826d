"""List of the places where a key or password can be kept."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widgets.option_list import Option

from tui.settings.saved_secret import SecretPlace
from tui.ui.dialogs.choice_list import ChoiceList

_WORDS = {
    SecretPlace.KEYRING: "in the keyring of this system",
    SecretPlace.FILE: "in a file only you can read",
    SecretPlace.NOWHERE: "nowhere: ask each time",
}


class PlaceList(ChoiceList):
    """Has the cursor on the place that is taken, the first one to begin with."""

    DEFAULT_CSS = """
    PlaceList {
        & { border-left: blank; }
        &:focus { border: none; border-left: thick $border; background-tint: transparent; }
    }
    """

    def __init__(self, places: Sequence[SecretPlace] = ()) -> None:
        super().__init__()
        self._places: Sequence[SecretPlace] = ()
        self.show_places(places)

    def show_places(self, places: Sequence[SecretPlace]) -> None:
        """Offer these places, with the cursor on the one that it was on, if that is still there."""
        chosen = self.place if self._places else None
        self._places = places
        self.clear_options()
        self.add_options(Option(Content(_WORDS[place])) for place in places)
        at = next((at for at, place in enumerate(places) if place is chosen), 0)
        self.highlighted = at if places else None

    @property
    def place(self) -> SecretPlace:
        at = self.highlighted
        return SecretPlace.NOWHERE if at is None else self._places[at]
