"""Prompts from parts of the screen that are no widgets: toasts, errors and dialogs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from msgspec import Struct
from textual.screen import Screen

from tui.errors import RunnelError

Answer = TypeVar("Answer")


class Ask(Protocol):
    """Puts a dialog over the screen and returns its result; only workers may wait for it."""

    def __call__(self, dialog: Screen[Answer], /) -> Awaitable[Answer]: ...


class Prompter(Struct, frozen=True):
    """`tell` says a passing word, `fail` shows an error until it is closed."""

    tell: Callable[[str], None]
    fail: Callable[[RunnelError], None]
    ask: Ask
