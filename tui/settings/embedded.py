"""Profiles on the embedded server, which there are when none is configured."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

EMBEDDED_PROFILES: Mapping[str, str] = MappingProxyType(
    {"demo-hardwire": "hardwire", "demo-gpt": "gpt-trainer"}
)
"""Name -> API; the first is opened where no other is asked for."""
