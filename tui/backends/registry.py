"""The hosts known by a short name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

HOSTS: Mapping[str, str] = MappingProxyType(
    {
        "gpt-trainer": "https://app.gpt-trainer.com",
        "chatwize": "https://app.chatwize.ai",
        "aichatbothub": "https://app.aichatbothub.com",
    }
)
"""Base URLs of the products that speak the GPT-trainer API."""
