"""How what acts on the transcript talks with the person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tui.errors import RunnelError
from tui.ui.chat.context import Ask


@dataclass(frozen=True, slots=True)
class Talk:
    """`tell` says a passing word, `fail` what stands until it is closed."""

    tell: Callable[[str], None]
    fail: Callable[[RunnelError], None]
    ask: Ask
