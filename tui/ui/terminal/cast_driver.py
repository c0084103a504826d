"""Driver without a terminal that keeps what would have gone to one, with its times."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.drivers.headless_driver import HeadlessDriver


class CastDriver(HeadlessDriver):
    """Hands all that is written to `take`."""

    take: Callable[[str], object] = staticmethod(lambda _: None)

    @property
    def is_headless(self) -> bool:
        # nothing is drawn for one that is
        return False

    def write(self, data: str) -> None:
        self.take(data)


def cast_driver(take: Callable[[str], object]) -> type[CastDriver]:
    """Return a class of drivers that hand all that is written to `take`."""
    members: dict[str, Any] = {"take": staticmethod(take)}
    return type("BoundCastDriver", (CastDriver,), members)
