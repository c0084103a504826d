"""Rules for the text of a setting, which two readers hold it against.

They stand in the types of the settings. The library that checks all settings takes them from there,
and so does `plain_reading`, which goes without it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct


class UnknownName(ValueError):
    """A text is none of the names `known`."""

    def __init__(self, known: Sequence[str]) -> None:
        super().__init__("is not known")
        self.known = known


class Rule(Struct, frozen=True):
    """`check` raises `ValueError`, whose words go on behind the name of the setting."""

    check: Callable[[str], None]

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        # called by the library, which is there by then
        from pydantic_core import core_schema

        return core_schema.no_info_after_validator_function(self._checked, handler(source))

    def _checked(self, text: str) -> str:
        self.check(text)
        return text


def one_of(names: Sequence[str]) -> Rule:
    """Return the rule that a text is one of these names."""

    def check(name: str) -> None:
        if name not in names:
            raise UnknownName(names)

    return Rule(check)
