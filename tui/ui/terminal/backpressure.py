"""Backpressure: whether the terminal takes frames as fast as they are drawn."""

from __future__ import annotations

from typing import Any

from textual.app import App

from tui.ui.terminal.driver import TerminalDriver

WAITING_WRITES = 2
"""With so many writes waiting, the terminal takes them more slowly than they come."""


def is_behind(app: App[Any]) -> bool:
    """Say whether earlier frames of an app are still to be written."""
    driver = app._driver
    return isinstance(driver, TerminalDriver) and driver.waiting_writes >= WAITING_WRITES
