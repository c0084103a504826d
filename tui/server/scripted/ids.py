"""Ids of things on the server, random or the same in every run."""

from __future__ import annotations

import base64
import random
import string
import uuid


class Ids:
    """Makes ids; with a seed the same ones in the same order every time."""

    def __init__(self, seed: int | None = None) -> None:
        self._random = random.SystemRandom() if seed is None else random.Random(seed)

    def uuid(self) -> str:
        """Return a lower-case UUIDv4 with hyphens."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def hex(self) -> str:
        """Return a UUIDv4 as 32 hex digits."""
        return self.uuid().replace("-", "")

    def word(self) -> str:
        """Return 32 letters and digits."""
        return "".join(self._random.choices(string.ascii_letters + string.digits, k=32))

    def signature(self) -> str:
        """Return base64 text that holds all of `+`, `/` and `=`."""
        while True:
            text = base64.b64encode(self._random.randbytes(32)).decode()
            if "+" in text and "/" in text:
                return text
