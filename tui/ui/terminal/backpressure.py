"""Backpressure: whether the terminal takes frames as fast as they are drawn."""

from __future__ import annotations

from tui.ui.terminal.driver import TerminalDriver

WAITING_WRITES = 2
"""With so many writes waiting, the terminal takes them more slowly than they come."""


def is_behind(driver: object) -> bool:
    """Say whether a driver still has earlier frames to write."""
    return isinstance(driver, TerminalDriver) and driver.waiting_writes >= WAITING_WRITES
