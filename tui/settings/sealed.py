"""Secret text, sealed: nothing shows it by mistake."""

from __future__ import annotations

from typing import Any


class Sealed:
    """A text that only who asks for it by `reveal` gets to see; empty for none."""

    __slots__ = ("_text",)

    def __init__(self, text: str = "") -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return "Sealed('•••')" if self._text else "Sealed('')"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        # called by the library, which is there by then
        from pydantic_core import core_schema

        return core_schema.no_info_after_validator_function(cls, core_schema.str_schema())


UNSET = Sealed()
