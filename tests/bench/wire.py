"""Answers of the benchmark's server as its APIs give them to its connections."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Whole:
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    media_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Streamed:
    pieces: AsyncIterator[bytes]
    """Each becomes a chunk of its own."""
    media_type: str


Answer = Whole | Streamed


def told(value: object, **headers: str) -> Whole:
    """Return `value` as JSON; `_` in the name of a header stands for its `-`."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Whole(json.dumps(value).encode(), named)
