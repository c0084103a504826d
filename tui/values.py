"""Changed copies of values: `replace`, as type checkers know it, for Structs; orders of values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

__all__ = ["following", "replace"]

T = TypeVar("T")

if TYPE_CHECKING:
    # that of msgspec takes any name with any value
    from dataclasses import replace
else:
    from msgspec.structs import replace


def following(value: T, order: Sequence[T], step: int = 1) -> T:
    """Return the value so many steps on in an order that goes round."""
    return order[(order.index(value) + step) % len(order)]
