"""Errors, each with a sentence for a person, a hint and an exit code.

RunnelError                     1
├── BadInput                    2   what a person typed or configured cannot be used
│   ├── NoBotChosen             2   several can answer, and a person must say which
│   ├── CustomersSession        2   nobody decided to ask in the session of somebody else
│   ├── SentElsewhere           2   another client on the same store sends this question
│   └── SettingsError           2   the configuration file, an environment variable, a profile
├── AccessRefused               3   not signed in, wrong key, wrong password, not allowed
│   └── SecretDeclined          3   a person does not want to tell the key or password
├── NotFound                    4   no such session, chatbot, profile entry on the server
├── Unreachable                 1   no connection: name, port, TLS, timeout before a status
├── ServerFailed                1   an HTTP status that means failure, or an answer nobody can read
│   ├── RateLimited             1   429; says how long to wait when the server does
│   └── NotOffered              1   this host does not have the route (404 or 405 on a newer one)
├── AnswerFailed                1   a send that the server accepted did not end well
│   └── StreamBroken            1   the body was cut, or is not the stream it claims to be
└── Unexpected                  1   a fault in Runnel itself
"""

from __future__ import annotations

from typing import ClassVar

MAYBE_FINISHED_HINT = "The server may have finished the answer."
"""For answers whose end did not come."""


class RunnelError(Exception):
    """A failure told in words a person can act on.

    `sentence` is one sentence without a final line break, `hint` says what to do next or is empty.
    Both are already safe to draw: whoever puts server text into them cleans it first.
    """

    exit_code: ClassVar[int] = 1

    def __init__(
        self,
        sentence: str,
        *,
        hint: str = "",
        status: int | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint
        self.status = status
        """HTTP status, `None` when no response was read."""
        self.request_id = request_id
        """The server's name for the failed request, where it gives one."""


class BadInput(RunnelError):
    """What a person typed or configured cannot be used."""

    exit_code = 2


class NoBotChosen(BadInput):
    """Several chatbots or models can answer, and a person must choose one."""


class CustomersSession(BadInput):
    """A session is held with a customer, and nobody decided here to ask in it."""


class SentElsewhere(BadInput):
    """Another client on the same store sends this question, or has sent it: it is not ours."""


class SettingsError(BadInput):
    """The configuration cannot be used; the sentence names the file or variable and the key."""


class AccessRefused(RunnelError):
    """The server rejected the key or sign-in, or does not allow this."""

    exit_code = 3


class SecretDeclined(AccessRefused):
    """A person did not want to tell the secret: `was_asked` now, or at an earlier time."""

    def __init__(self, sentence: str, *, hint: str = "", was_asked: bool = True) -> None:
        super().__init__(sentence, hint=hint)
        self.was_asked = was_asked


class NotFound(RunnelError):
    """The server has no such thing."""

    exit_code = 4


class Unreachable(RunnelError):
    """No answer came at all: the request may or may not have arrived.

    `sent` is `False` when it certainly did not, because no connection was made. `passing` is
    `False` when it would fail the same at once again: an unknown name, a bad certificate.
    """

    def __init__(
        self, sentence: str, *, hint: str = "", sent: bool = True, passing: bool = True
    ) -> None:
        super().__init__(sentence, hint=hint)
        self.sent = sent
        self.passing = passing


class ServerFailed(RunnelError):
    """The server answered, and the answer means failure or cannot be understood."""


class RateLimited(ServerFailed):
    """Too many calls; `retry_after_s` is `None` when the server does not say how long to wait."""

    def __init__(
        self,
        sentence: str,
        *,
        retry_after_s: float | None = None,
        hint: str = "",
        request_id: str | None = None,
    ) -> None:
        super().__init__(sentence, hint=hint, status=429, request_id=request_id)
        self.retry_after_s = retry_after_s


class NotOffered(ServerFailed):
    """This host does not offer the call, though others of its family do."""


class AnswerFailed(RunnelError):
    """The question reached the server, its answer did not come whole."""


class StreamBroken(AnswerFailed):
    """The stream ended early or is not what it claims to be."""


class Unexpected(RunnelError):
    """Something failed in a way that nobody thought of; the sentence names it and its place."""
