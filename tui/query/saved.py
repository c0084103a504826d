"""Saved queries that stand there unless the settings name others."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

OF_OPERATORS: Mapping[str, str] = MappingProxyType(
    {
        "Unread": "unread:",
        "No source": "nosource: after:7d -own:",
        "Frustrated": "frustrated: after:7d",
        "👎": "feedback:down after:7d",
    }
)
"""What is told of a bot to whoever runs it: name -> query."""
