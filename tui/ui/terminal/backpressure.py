"""Backpressure: whether the terminal takes frames as fast as they are drawn."""

from __future__ import annotations

from typing import Any

from textual.app import App

from tui.ui.terminal.driver import TerminalDriver


def is_behind(app: App[Any]) -> bool:
    """Say whether earlier frames of an app are still on their way to the terminal."""
    driver = app._driver
    return isinstance(driver, TerminalDriver) and not driver.has_room
