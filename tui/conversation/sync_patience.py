"""Waits of a sync for a server that takes no calls or cannot be reached."""

from __future__ import annotations

from tui.errors import NotOffered, RateLimited, RunnelError, ServerFailed, Unreachable

FIRST_WAIT_S = 5.0
LONGEST_WAIT_S = 60.0
CALLS_WAIT_S = 30.0
"""How long calls are left alone where the server does not say."""


def may_pass(error: RunnelError) -> bool:
    """Say whether a server that fails so may have come round after a while, without a person."""
    return isinstance(error, Unreachable | ServerFailed) and not isinstance(error, NotOffered)


class SyncPatience:
    """Grows from one failure in a row to the next; `tries` of them are borne, `None`: all."""

    def __init__(self, tries: int | None) -> None:
        self._tries = tries
        self._failures = 0
        self._wait_s = FIRST_WAIT_S

    def renew(self) -> None:
        """Begin anew, for something went well."""
        self._failures = 0
        self._wait_s = FIRST_WAIT_S

    def wait_s(self, error: RateLimited | Unreachable) -> float:
        """Return how long to wait after a failure.

        Raises:
            RunnelError: `error`, for it stays, or has lasted too long.
        """
        if not self._is_borne(error):
            raise error
        wait_s, self._wait_s = self._wait_s, min(2 * self._wait_s, LONGEST_WAIT_S)
        self._failures += 1
        if isinstance(error, RateLimited):
            return max(wait_s, CALLS_WAIT_S if error.retry_after_s is None else error.retry_after_s)
        return wait_s

    def _is_borne(self, error: RunnelError) -> bool:
        if self._tries is None:
            return True
        stays = isinstance(error, Unreachable) and not error.passing
        return not stays and self._failures < self._tries
