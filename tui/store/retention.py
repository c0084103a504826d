"""Retention: how much of what the server has is kept of an account."""

from __future__ import annotations

from datetime import timedelta

from msgspec import Struct


class Retention(Struct, frozen=True):
    """Limits beyond which histories go, those that changed longest ago first.

    Nothing goes that is here alone or that a person marked.
    """

    age: timedelta | None = None
    """Since the last message; `None` for no limit."""
    size_bytes: int | None = None
    """Of all texts; `None` for no limit."""


KEEP_ALL = Retention()
