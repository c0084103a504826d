from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import partial, wraps
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import pytest
from textual import Logger, _callback, events, message_pump, on
from textual._callback import count_parameters
from textual.app import App
from textual.message import Message
from textual.message_pump import MessagePump
from textual.widget import Widget
from textual.widgets import Button, Input, OptionList, TextArea

import tui.ui
from tests.tables import each_row
from tui.ui.terminal.handlers import handlers_of, look_handlers_up_once, walk


def kinds_of(base: type[Any]) -> Iterator[type[Any]]:
    yield base
    for each in base.__subclasses__():
        yield from kinds_of(each)


class Chosen(Message):
    pass


class Chooser(Widget):
    @on(Chosen)
    def first(self) -> None: ...

    @on(Button.Pressed, "#yes")
    def accept(self) -> None: ...

    def on_key(self, event: events.Key) -> None:
        event.prevent_default()


class OtherChooser(Chooser):
    async def _on_key(self, event: events.Key) -> None: ...

    def on_chosen(self) -> None: ...


def asked(walked: Callable[..., Any], owner: type, message: Message) -> list[tuple[type, Any]]:
    pump: MessagePump = object.__new__(owner)
    found = [*walked(pump, message.handler_name, message)]
    assert all(method.__self__ is pump for _, method in found)
    return [(each, method.__func__) for each, method in found]


@pytest.mark.slow
def test_the_table_names_who_textual_would_find_for_every_message_at_every_widget() -> None:
    for module in walk_packages(tui.ui.__path__, "tui.ui."):
        import_module(module.name)
    look_handlers_up_once()
    assert [*inspect.signature(walk).parameters] == ["self", "method_name", "message"]
    ours = MessagePump._get_dispatch_methods
    messages: list[Message] = []
    for kind in {*kinds_of(Message)} - {Message}:
        message = object.__new__(kind)
        message._no_default_action, message._sender = False, None
        messages.append(message)
    for owner in {*kinds_of(MessagePump)}:
        if owner.__module__.startswith(("tui.", __name__)) or owner in (
            Input,
            OptionList,
            TextArea,
        ):
            for message in messages:
                assert asked(ours, owner, message) == asked(walk, owner, message), (owner, message)


def test_a_handler_keeps_those_of_the_classes_above_from_being_called() -> None:
    look_handlers_up_once()
    pump, message = Chooser(), events.Key("a", "a")
    called = []
    for owner, method in pump._get_dispatch_methods("on_key", message):
        called.append(owner)
        method(message)
    assert called == [Chooser]
    assert [owner for owner, _ in handlers_of(Chooser, "on_key", events.Key) or ()] != called


def of_two(one: int, /, two: int) -> None: ...


@wraps(of_two)
def wrapped(*args: int) -> None: ...


def of_many(one: int, *rest: int, key: int = 1, **others: int) -> None: ...


class Called:
    def __call__(self, one: int) -> None: ...

    def of_one(self, one: int) -> None: ...

    def of_any(*all_of_them: object) -> None: ...

    wrapped = wrapped

    @classmethod
    def of_class(cls, one: int = 1, *rest: int) -> None: ...


def marked(one: int) -> None: ...


vars(marked)["_param_count"] = 1


@each_row(
    "func",
    [
        of_two,
        wrapped,
        of_many,
        lambda: None,
        lambda one, two=2: None,
        Called(),
        marked,
        partial(of_two, 1),
        partial(Called().of_one, 1),
        partial(Called().of_one),
    ],
)
def test_as_many_parameters_are_counted_as_inspection_finds(func: Callable[..., Any]) -> None:
    look_handlers_up_once()
    assert count_parameters(func) == len(inspect.signature(func).parameters)


@each_row(
    "func",
    [
        Called().of_one,
        Called().of_any,
        Called().wrapped,
        Called.of_class,
    ],
)
def test_what_a_function_is_bound_to_is_not_counted(func: Callable[..., Any]) -> None:
    look_handlers_up_once()
    assert _callback._count_parameters(func) == len(inspect.signature(func).parameters)


class Listened(App[None]):
    _is_devtools_connected = True


def test_what_a_message_does_is_written_down_where_the_console_of_textual_listens_alone() -> None:
    look_handlers_up_once()
    log: Logger = vars(message_pump)["log"]
    assert log.event is log
    assert log.verbosity(True) is log
    with Listened()._context():
        assert type(log.event) is Logger
