"""Changed copies of values: `replace`, as type checkers know it from dataclasses, for Structs."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["replace"]

if TYPE_CHECKING:
    # that of msgspec takes any name with any value
    from dataclasses import replace
else:
    from msgspec.structs import replace
