from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module

import pytest
from textual.dom import DOMNode

import tui.ui
from tui.ui.app import RunnelApp
from tui.ui.commands.catalogue import Context
from tui.ui.commands.contexts import CONTEXTS
from tui.ui.dialogs.dialog import Dialog
from tui.ui.dialogs.source_lines import SourceLines
from tui.ui.key_bindings import bindings_of

IN_DIALOGS = (Dialog, SourceLines)
"""These tell their keys in their own last line."""


def owners() -> Iterator[type[DOMNode]]:
    """Yield every class of the screen that has keys of its own."""
    for module in pkgutil.walk_packages(tui.ui.__path__, "tui.ui."):
        for each in vars(import_module(module.name)).values():
            is_ours = isinstance(each, type) and each.__module__ == module.name
            if is_ours and issubclass(each, DOMNode) and "BINDINGS" in vars(each):
                yield each


@pytest.mark.parametrize("owner", [each for each in owners() if not issubclass(each, IN_DIALOGS)])
def test_every_key_stands_in_the_help_and_can_be_remapped(owner: type[DOMNode]) -> None:
    contexts: tuple[Context, ...] = (("Anywhere", RunnelApp), *CONTEXTS)
    known = {binding.id for _, context in contexts for binding in bindings_of(context)}
    assert {binding.id for binding in bindings_of(owner)} <= known
