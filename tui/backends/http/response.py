"""Whole responses, and the errors that their statuses mean."""

from __future__ import annotations

import codecs

import httpx
from msgspec import Struct

from tui.backends.http.credentials import Credentials
from tui.backends.http.error_body import ErrorBody
from tui.backends.http.errors import failure_of, wait_of
from tui.backends.json_decoding import SLICE_CHARS, decode_json, decode_long_json
from tui.backends.json_reading import senseless
from tui.errors import RunnelError, ServerFailed
from tui.safe_text import SafeText
from tui.values import replace


class WholeResponse(Struct, frozen=True):
    """A whole answer, whatever its status."""

    status: int
    origin: str
    headers: httpx.Headers
    content: bytes
    credentials: Credentials

    def __repr__(self) -> str:
        # the rest of it may be secret, and is long
        return f"WholeResponse({self.status}, {self.origin!r})"

    @property
    def error_body(self) -> ErrorBody:
        """What a failed answer says, without the secrets."""
        # before reading, or a cut could leave half of one; after it, for those that JSON escapes
        text = self.credentials.redact(_text_of(self.content))
        body = ErrorBody.read(text, self.status)
        return replace(
            body,
            words=SafeText(self.credentials.redact(body.words)),
            code=SafeText(self.credentials.redact(body.code)),
        )

    @property
    def failure(self) -> RunnelError | None:
        """The error that the status means, without the secrets; `None` for success."""
        if 200 <= self.status < 300:
            return None
        headers = {name: self.credentials.redact(text) for name, text in self.headers.items()}
        error = failure_of(
            self.status, headers, self.error_body, self.origin, self.credentials.noun
        )
        return self.credentials.veiled(error)

    @property
    def size_bytes(self) -> int:
        return len(self.content)

    @property
    def wait_s(self) -> float | None:
        """How long a failed answer asks to wait, `None` when it does not say."""
        return wait_of(self.headers, self.error_body)

    def json(self) -> object:
        """Return the decoded body of an answer that means success, `None` for an empty one.

        Raises:
            RunnelError: the status means failure.
            ServerFailed: the body is not JSON.
        """
        if self.failure is not None:
            raise self.failure
        if not self.content.strip():
            return None
        try:
            return decode_json(self.content)
        except ValueError:
            raise self._senseless() from None

    async def long_json(self) -> object:
        """Return what `json` does; a long array is decoded while other things go on.

        Raises:
            RunnelError: as `json` does.
        """
        if len(self.content) <= SLICE_CHARS or self.failure is not None:
            return self.json()
        try:
            return await decode_long_json(self.content)
        except ValueError:
            raise self._senseless() from None

    def _senseless(self) -> ServerFailed:
        is_page = self.content.lstrip().startswith(b"<")
        return senseless("a web page, not JSON" if is_page else "it is not JSON")


def _text_of(content: bytes) -> str:
    # pages of Windows servers; a charset that a server names could be anything
    is_utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return content.decode("utf-16" if is_utf16 else "utf-8-sig", "replace")
