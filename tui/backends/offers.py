"""Optional calls that a host may turn out to lack, remembered once it said so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tui.errors import NotOffered


class Offer:
    """One such call: taken to be there until the host answers that it is not.

    `sentence` tells a person what the host cannot do.
    """

    def __init__(self, sentence: str) -> None:
        self.stands = True
        self._sentence = sentence

    def check(self) -> None:
        """Raise `NotOffered` without asking again when the host was found to lack it."""
        if not self.stands:
            raise NotOffered(self._sentence)

    def withdrawn(self) -> NotOffered:
        """Remember that the host lacks it, and return the error that says so."""
        self.stands = False
        return NotOffered(self._sentence)

    @contextmanager
    def asked(self) -> Iterator[None]:
        """Remember from the calls made inside when the host lacks it.

        Raises:
            NotOffered: it does, or did before.
        """
        self.check()
        try:
            yield
        except NotOffered as error:
            raise self.withdrawn() from error
