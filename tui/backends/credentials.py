"""What proves who we are, kept out of sight."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import unquote

import httpx

from tui.errors import BadInput, RunnelError

_MASK = "•••"


class Credentials(httpx.Auth):
    """Header fields that prove who we are, and secrets to keep out of every word we say.

    Raises:
        BadInput: a value cannot stand in a header.
    """

    def __init__(
        self, headers: Mapping[str, str] | None = None, secrets: Iterable[str] = ()
    ) -> None:
        self._headers = dict(headers or {})
        for name, value in self._headers.items():
            # checked here, because the libraries below quote a bad value in their errors
            if not (value.isascii() and value.isprintable()) or value != value.strip():
                raise BadInput(
                    f"The secret for the {name} header holds a character that cannot be sent.",
                    hint="Check that nothing but the secret itself was pasted.",
                )
        found = {form for secret in secrets for form in (secret, unquote(secret))}
        # hiding very short ones would blot out ordinary words, and so tell more than it hides
        self._secrets = sorted((each for each in found if len(each) >= 4), key=len, reverse=True)

    def __repr__(self) -> str:
        return f"Credentials({_MASK})"

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers.update(self._headers)
        yield request

    def redact(self, text: str) -> str:
        """Return `text` without the secrets."""
        for secret in self._secrets:
            text = text.replace(secret, _MASK)
        return text

    @contextmanager
    def veil(self) -> Iterator[None]:
        """Take the secrets out of the words of every `RunnelError` raised inside."""
        try:
            yield
        except RunnelError as error:
            error.sentence, error.hint = self.redact(error.sentence), self.redact(error.hint)
            error.args = (error.sentence,)
            raise


NOBODY = Credentials()
"""Nothing to prove and nothing to hide."""
