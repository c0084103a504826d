"""Component styles of a widget, made to be read once.

Textual makes a node of the tree for each of them, with every widget of the class: 25 for each
answer, more than all else that its widgets are made of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from textual.dom import DOMNode
from textual.widget import Widget


@contextmanager
def component_styles(widget: Widget, names: Iterable[str]) -> Iterator[None]:
    """Let the widget have the styles of its components `names` for the length of the block."""
    for name in names:
        node = DOMNode(classes=name)
        node._attach(widget)
        widget.app.stylesheet.apply(node, animate=False)
        widget._component_styles[name] = node.styles
    try:
        yield
    finally:
        widget._component_styles.clear()
