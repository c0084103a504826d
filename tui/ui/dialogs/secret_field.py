"""Field for a key or password, which never shows it."""

from __future__ import annotations

from textual.message import Message

from tui.errors import BadInput
from tui.ui.widgets.field import MAX_CHARS, Field


class SecretField(Field):
    """Holds a secret, a `noun`, drawn as one dot for each character.

    Of a key that is pasted blanks and line breaks are left out: it has none, and what it was copied
    from may have broken it into lines. In a password a blank counts.
    """

    class TooLong(Message):
        """Something was pasted that can be no secret; it was not taken, for a part is none."""

        def __init__(self, noun: str) -> None:
            super().__init__()
            self.reason = BadInput(f"No {noun} is as long as that, so it was not put in.")

    def __init__(self, noun: str) -> None:
        super().__init__(password=True)
        self.noun = noun

    @property
    def secret(self) -> str:
        return self._without_blanks(self.value)

    def put_in(self, text: str) -> None:
        secret = self._without_blanks(text)
        if len(secret) > MAX_CHARS:
            self.post_message(self.TooLong(self.noun))
        else:
            super().put_in(secret)

    def _without_blanks(self, text: str) -> str:
        return text if self.noun == "password" else "".join(text.split())
