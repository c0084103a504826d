"""Credentials of an account, and the secrets that must not be repeated anywhere."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

import httpx

from tui.errors import BadInput, RunnelError
from tui.formatting.masking import MASK, forms_of, masked

MAX_HEADER_CHARS = 30_000
"""Servers take no more than 8 to 16 KB of all headers; they answer more without a reason."""
_CHECK = "Check that nothing but the secret itself was pasted."

Failure = TypeVar("Failure", bound=RunnelError)


class KnownSecrets:
    """Secrets of all accounts that one debug log tells of, which owns this."""

    def __init__(self) -> None:
        self._forms: set[str] = set()

    def add(self, *secrets: str) -> None:
        self._forms |= forms_of(secrets)

    @property
    def forms(self) -> frozenset[str]:
        """What to look for in a text that must not hold what was ever added."""
        return frozenset(self._forms)

    def redact(self, text: str) -> str:
        """Return `text` without what was ever added."""
        return masked(text, self._forms)


class Credentials(httpx.Auth):
    """Header fields that prove who asks, and secrets to keep out of every word that is said.

    The secrets are added to `known_secrets`. `noun` is what a person calls them.

    Raises:
        BadInput: a value cannot stand in a header.
    """

    def __init__(
        self,
        headers: Mapping[str, str] | None = None,
        secrets: Iterable[str] = (),
        known_secrets: KnownSecrets | None = None,
        *,
        noun: str = "sign-in",
    ) -> None:
        self.noun = noun
        self._headers = dict(headers or {})
        for name, value in self._headers.items():
            # checked here, because the libraries below quote a bad value in their errors
            if not (value.isascii() and value.isprintable()) or value != value.strip():
                raise BadInput(
                    f"The secret for the {name} header contains a character that cannot be sent.",
                    hint=_CHECK,
                )
            if len(value) > MAX_HEADER_CHARS:
                raise BadInput(
                    f"The secret for the {name} header is longer than servers take.", hint=_CHECK
                )
        secrets = tuple(secrets)
        self._forms = forms_of(secrets)
        if known_secrets is not None:
            known_secrets.add(*secrets)

    def __repr__(self) -> str:
        return f"Credentials({MASK})"

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers.update(self._headers)
        yield request

    def redact(self, text: str) -> str:
        """Return `text` without the secrets."""
        return masked(text, self._forms)

    @contextmanager
    def veil(self) -> Iterator[None]:
        """Take the secrets out of the words of every `RunnelError` raised inside."""
        try:
            yield
        except RunnelError as error:
            self.veiled(error)
            raise

    def veiled(self, error: Failure) -> Failure:
        """Take the secrets out of the words of `error`, and return it."""
        error.sentence, error.hint = self.redact(error.sentence), self.redact(error.hint)
        error.args = (error.sentence,)
        if error.request_id is not None:
            error.request_id = self.redact(error.request_id)
        return error


NOBODY = Credentials()
"""Nothing to prove and nothing to hide."""
