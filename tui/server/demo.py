"""Demo accounts, chatbots and models of the embedded server."""

from __future__ import annotations

import enum
from datetime import timedelta

from msgspec import Struct

DEMO_KEY = "runnel-demo-key"
DEMO_EMAIL = "demo@runnel.example"
DEMO_PASSWORD = "runnel-demo"
DEMO_USER_ID = "dEm0pQ7rT2vX9zA4cF6hK8mN1sU3wY5b"
"""32 characters, the same in every run: a server that was restarted still knows its users."""
UNVERIFIED_EMAIL = "unverified@runnel.example"
"""Signs in with `DEMO_PASSWORD` as far as being told that the address is not verified."""


GPT_TRAINER_STARTERS = (
    "An answer with its citations",
    "Show me code for a rate limiter",
    "A long story about terminals",
)
HARDWIRE_STARTERS = (
    "A train to Lisbon, with live tools",
    "Show me code for a rate limiter",
    "A long story about terminals",
)
"""Questions that show what an answer can look like; one of `WORDS` in each chooses its script."""


class Dialect(enum.StrEnum):
    """Which HardWire is spoken: the one of its documentation or the one of its server."""

    DOCUMENTED = "documented"
    REAL = "real"


class Edition(enum.StrEnum):
    """Which GPT-trainer API is spoken: hosts differ in how far they followed it.

    Source: the documents of GPT-trainer, of AI Chatbot Hub and of Chatwize.
    """

    NEWEST = "newest"
    HUB_2024 = "2024-11"
    """Writes no session out as plain text and passes over bounds of time."""
    CHATWIZE_2023 = "2023-11"
    """Lacks agents and deletion of sessions besides, and refuses bounds of time."""


class ScriptedPart(Struct, frozen=True):
    """What the APIs have of their own, where no tape answers; see `EmbeddedServer`."""

    dialect: Dialect = Dialect.DOCUMENTED
    edition: Edition = Edition.NEWEST
    rate_limit: int | None = None
    """Calls a minute from one address."""
    busy: bool = False
    sessions: int = 0
    arrives_every: timedelta | None = None


class Chatbot(Struct, frozen=True):
    id: str
    """32 hex digits, the same in every run, so that it can stand in a configuration file."""
    slug: str
    name: str
    purpose: str
    public: bool
    """A public chatbot takes questions without a key."""
    age_days: int
    citations: bool = True
    rate_limit: tuple[int, int] | None = None
    """Messages, and the seconds in which no more than these are taken."""


CHATBOTS = (
    Chatbot(
        "5f1d0a6c83b94e2f9a57c6de10b42a91",
        "paper-lantern",
        "Paper Lantern",
        "Knows terminals, streams and the code that joins them.",
        public=True,
        age_days=420,
        rate_limit=(20, 240),
    ),
    Chatbot(
        "b27c4e90d1f84a35867e2fd05a9c13e8",
        "kitchen-table",
        "Kitchen Table",
        "Cooks with what is in the cupboard.",
        public=True,
        age_days=260,
    ),
    Chatbot(
        "0e83a5d7c9614b12b4f6718a3dc2507f",
        "night-train",
        "Night Train",
        "Plans slow journeys, and keeps them to itself.",
        public=False,
        age_days=190,
        citations=False,
    ),
)

BIG_CHATBOT = Chatbot(
    "c40d7be2913f4f6ea85b06d1e7f2938a",
    "market-hall",
    "Market Hall",
    "Answers the customers of a large shop, in their languages.",
    public=False,
    age_days=330,
)
"""Only where there is a crowd that asks it."""


class Model(Struct, frozen=True):
    id: str
    name: str
    provider: str


MODELS = (
    Model("gpt-5.2", "GPT-5.2", "openai"),
    Model("lantern-large", "Lantern Large", "runnel"),
    Model("lantern-small", "Lantern Small", "runnel"),
)
