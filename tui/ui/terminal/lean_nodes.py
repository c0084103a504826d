"""Nodes of the app's tree: values, styles and screens looked up in fewer steps than by Textual."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from textual.css.styles import RenderStyles
from textual.dom import DOMNode, NoScreen
from textual.message import Message
from textual.message_pump import MessagePump
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

read_value = Reactive.__get__
check_refresh = Widget._check_refresh
prevent = MessagePump.prevent
"""Textual's own ways."""

_stored_in: dict[Reactive[Any], set[type]] = {}
"""By reactive attribute the classes of which the objects store it, and do not compute it."""
_NOTHING = nullcontext()


def make_nodes_lean() -> None:
    """Have what is asked of each node with each message found by the shortest way.

    Textual tries three names to read one reactive attribute, imports a module to find a screen,
    looks for the screen of each widget that has nothing to be drawn, and makes a generator for each
    message to prevent nothing. Together that was a fifteenth of what the app does.
    """
    Reactive.__get__ = _value  # type: ignore[assignment, method-assign]
    DOMNode.screen = property(_screen)  # type: ignore[assignment, method-assign]
    Widget._check_refresh = _check  # type: ignore[assignment, method-assign]
    MessagePump.prevent = _prevent  # type: ignore[assignment, method-assign]
    RenderStyles.has_rule = _has_rule  # type: ignore[assignment, method-assign]
    RenderStyles.get_rule = _rule  # type: ignore[assignment, method-assign]


def _value(reactive: Reactive[Any], node: Any, owner: type) -> Any:
    kind = type(node)
    if kind in _stored_in.get(reactive, ()):
        try:
            return node.__dict__[reactive.internal_name]
        except KeyError:
            # it has its first value when it is first asked for
            return read_value(reactive, node, owner)
    value = read_value(reactive, node, owner)
    if node is not None and not hasattr(kind, reactive.compute_name):
        _stored_in.setdefault(reactive, set()).add(kind)
    return value


def _screen(node: DOMNode) -> Screen[Any]:
    at: MessagePump | None = node
    while at is not None:
        if isinstance(at, Screen):
            return at
        at = at._parent
    raise NoScreen("node has no screen")


def _check(widget: Widget) -> None:
    if (
        widget._repaint_required
        or widget._layout_required
        or widget._scroll_required
        or widget._refresh_styles_required
    ):
        check_refresh(widget)


def _prevent(pump: MessagePump, *kinds: type[Message]) -> AbstractContextManager[None]:
    return prevent(pump, *kinds) if kinds else _NOTHING


def _has_rule(styles: RenderStyles, name: str) -> bool:
    return name in styles._inline_styles._rules or name in styles._base_styles._rules


def _rule(styles: RenderStyles, name: str, default: object = None) -> object:
    own: dict[str, object] = styles._inline_styles._rules  # type: ignore[assignment]
    if name in own:
        return own[name]
    return styles._base_styles._rules.get(name, default)
