from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module

from textual.dom import DOMNode

import tui.ui
from tests.tables import each_row
from tui.ui.app import RunnelApp
from tui.ui.commands.context import Context
from tui.ui.commands.contexts import CONTEXTS, DIALOG_CONTEXTS
from tui.ui.key_bindings import bindings_of
from tui.ui.replay import ReplayApp


def owners() -> Iterator[type[DOMNode]]:
    """Yield every class of the screen that has keys of its own."""
    for module in pkgutil.walk_packages(tui.ui.__path__, "tui.ui."):
        for each in vars(import_module(module.name)).values():
            is_ours = isinstance(each, type) and each.__module__ == module.name
            if is_ours and issubclass(each, DOMNode) and "BINDINGS" in vars(each):
                yield each


@each_row("owner", [*owners()])
def test_every_key_stands_in_the_help_and_can_be_remapped(owner: type[DOMNode]) -> None:
    apps = (Context("Anywhere", RunnelApp), Context("In a replay", ReplayApp))
    contexts = (*apps, *CONTEXTS, *DIALOG_CONTEXTS)
    known = {binding.id for context in contexts for binding in bindings_of(context.owner)}
    assert {binding.id for binding in bindings_of(owner)} <= known
