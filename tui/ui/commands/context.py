"""Key contexts: parts of the screen, each of whose bindings stand under one heading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct
from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode

from tui.ui.key_bindings import bindings_of


class Context(Struct, frozen=True):
    heading: str
    owner: type[DOMNode]
    """The class whose bindings stand under it."""
    missing: str = ""
    """Why nothing of it can be done while no such part is on the screen."""
    within: type[DOMNode] | None = None
    """The owner around it, whose keys act there too; `None` where that is only the app."""

    is_for_writing: bool = False
    """What it does is done by hands that write, and not looked for."""

    @property
    def is_app(self) -> bool:
        return issubclass(self.owner, App)


def own_bindings(context: Context, contexts: Iterable[Context]) -> Iterator[Binding]:
    """Yield the bindings of a context, without those that another one hands down to it."""
    owners = [it.owner for it in contexts if it.owner is not context.owner]
    bases = [each for each in owners if issubclass(context.owner, each)]
    inherited = {each.id for base in bases for each in bindings_of(base)}
    yield from (each for each in bindings_of(context.owner) if each.id not in inherited)
