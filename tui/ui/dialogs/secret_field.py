"""Field for a key or password, which never shows it."""

from __future__ import annotations

from tui.ui.widgets.field import Field


class SecretField(Field):
    """Holds a secret, a `noun`, drawn as one dot for each character.

    Of a key that is pasted blanks and line breaks are left out: it has none, and what it was copied
    from may have broken it into lines. In a password a blank counts.
    """

    def __init__(self, noun: str) -> None:
        super().__init__(password=True)
        self.noun = noun

    @property
    def secret(self) -> str:
        return self._without_blanks(self.value)

    def put_in(self, text: str) -> None:
        super().put_in(self._without_blanks(text))

    def _without_blanks(self, text: str) -> str:
        return text if self.noun == "password" else "".join(text.split())
