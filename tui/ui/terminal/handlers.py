"""Handlers of Textual's messages, looked up once for each class and kind of message."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from types import FunctionType, MethodType
from typing import Any

from textual import Logger, _callback, constants, message_pump
from textual._context import active_app
from textual.message import Message
from textual.message_pump import MessagePump

KINDS = 4096
"""So many classes with kinds of messages are known; a session comes to some hundreds."""
_HAS_ARGS, _HAS_KEYWORDS = 0x04, 0x08
_SAYS_OTHERWISE = frozenset({"__wrapped__", "__signature__"})
"""By these a function takes something else than its code says."""

Handlers = tuple[tuple[type, Any], ...]

walk = MessagePump._get_dispatch_methods
"""Textual's own way."""
_inspect = _callback._count_parameters


def look_handlers_up_once() -> None:
    """Have Textual find in a table who handles a message, and what a function takes in its code.

    It goes through all classes of a widget and tries two names in each, for every message, and has
    each function inspected that is called once. Together that was a fifteenth of what the app does.
    """
    vars(message_pump)["log"] = _UnheardLog(None)
    MessagePump._get_dispatch_methods = _methods  # type: ignore[method-assign]
    _callback._count_parameters = _parameters


class _UnheardLog(Logger):
    """A log that makes nothing of a message where no console of Textual's listens."""

    @property
    def event(self) -> Logger:
        app = active_app.get(None)
        is_heard = bool(constants.LOG_FILE) or (app is not None and app._is_devtools_connected)
        return super().event if is_heard else self

    def verbosity(self, verbose: bool) -> Logger:
        return self

    def __call__(self, *args: object, **kwargs: object) -> None:
        return


def _methods(self: MessagePump, method_name: str, message: Message) -> Iterable[tuple[type, Any]]:
    kind: type = type(message)
    handlers = handlers_of(type(self), method_name, kind)
    if handlers is None:
        return walk(self, method_name, message)
    return _bound(handlers, self, message) if handlers else ()


@lru_cache(KINDS)
def handlers_of(owner: type, name: str, kind: type) -> Handlers | None:
    """Return the classes of a widget with what each has under a name, from it up to the first.

    `None` where the message itself must be asked, because a selector may decide.
    """
    kinds = [each for each in kind.__mro__ if issubclass(each, Message)]
    found: list[tuple[type, Any]] = []
    for each in owner.__mro__:
        method = vars(each).get(f"_{name}") or vars(each).get(name)
        decorated = vars(each).get("_decorated_handlers")
        if decorated and (method is not None or not decorated.keys().isdisjoint(kinds)):
            return None
        if method is not None:
            found.append((each, method))
    return tuple(found)


def _bound(handlers: Handlers, pump: MessagePump, message: Message) -> Iterator[tuple[type, Any]]:
    for owner, method in handlers:
        # each may say that those behind it are not to be called
        if message._no_default_action:
            return
        yield owner, method.__get__(pump, owner)


def _parameters(func: Callable[..., Any]) -> int:
    if type(func) is MethodType and type(func.__func__) is FunctionType:
        # a bound one hides what it is bound to, where that has a name
        if func.__func__.__code__.co_argcount and _SAYS_OTHERWISE.isdisjoint(vars(func.__func__)):
            return _parameters(func.__func__) - 1
        return _inspect(func)
    if type(func) is not FunctionType or not _SAYS_OTHERWISE.isdisjoint(vars(func)):
        return _inspect(func)
    code = func.__code__
    rest = bool(code.co_flags & _HAS_ARGS) + bool(code.co_flags & _HAS_KEYWORDS)
    return code.co_argcount + code.co_kwonlyargcount + rest
