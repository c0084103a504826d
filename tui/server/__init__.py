"""Embedded server: both APIs over real HTTP, with scripted answers."""

from tui.server.demo import (
    BIG_CHATBOT,
    DEMO_EMAIL,
    DEMO_KEY,
    DEMO_PASSWORD,
    GPT_TRAINER_STARTERS,
    HARDWIRE_STARTERS,
    UNVERIFIED_EMAIL,
    Dialect,
    Edition,
)
from tui.server.embedded import EmbeddedServer

__all__ = [
    "BIG_CHATBOT",
    "DEMO_EMAIL",
    "DEMO_KEY",
    "DEMO_PASSWORD",
    "GPT_TRAINER_STARTERS",
    "HARDWIRE_STARTERS",
    "UNVERIFIED_EMAIL",
    "Dialect",
    "Edition",
    "EmbeddedServer",
]
