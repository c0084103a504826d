"""What proves who we are, kept out of sight."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

import httpx

from tui.backends.http.masking import MASK, forms_of, masked
from tui.errors import BadInput, RunnelError

# of all accounts in this process: its debug log is one for all of them too
_concealed: set[str] = set()

Failure = TypeVar("Failure", bound=RunnelError)


def conceal(*secrets: str) -> None:
    """Let `without_secrets` take these out from now on."""
    _concealed.update(forms_of(secrets))


def without_secrets(text: str) -> str:
    """Return `text` without what was ever concealed, the secrets of all `Credentials` included."""
    return masked(text, _concealed)


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
        self._forms = forms_of(secrets)
        _concealed.update(self._forms)

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
