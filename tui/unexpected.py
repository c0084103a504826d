"""Unexpected exceptions: a sentence for a person, a traceback for the log.

Neither holds a value: the text of an exception, or of a variable, may be a secret or a question.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from tui.errors import RunnelError, Unexpected

_NET = "safety_net"
"""The part that catches: every error of the app came through it."""

_log = logging.getLogger(__name__)


def reported(error: BaseException) -> RunnelError:
    """Write `error` to the log and return what a person is told; an error in our words is itself.

    Its causes are in the log, each with the places that it came through.
    """
    if isinstance(error, RunnelError):
        return error
    is_logged = _log.isEnabledFor(logging.DEBUG)
    if is_logged:
        _log.debug("unexpected %s", "\n".join(_lines(error)))
    hint = "The details are in the log." if is_logged else "Start with --log FILE to see details."
    return Unexpected(f"Something in Runnel failed: {place_of(error)}.", hint=hint)


@contextmanager
def in_our_words() -> Iterator[None]:
    """Let nothing but errors in our words out of this block.

    Raises:
        Unexpected: something else was raised inside.
    """
    try:
        yield
    except RunnelError:
        raise
    except Exception as error:
        raise reported(error) from error


def place_of(error: BaseException) -> str:
    """Return `ValueError in tui.model, line 12`: of our own code the innermost place."""
    places = _places(error)
    ours = [place for place in places if place.startswith("tui.") and _NET not in place]
    return f"{type(error).__name__}{f' in {(ours or places)[-1]}' if places else ''}"


def module_of(error: BaseException) -> str:
    """Return the name of the module that raised `error`, whosever it is."""
    return _places(error)[-1].partition(",")[0]


def _lines(error: BaseException) -> Iterator[str]:
    yield type(error).__name__
    yield from (f"  at {place}" for place in _places(error))
    causes = [error.__cause__ or error.__context__]
    if isinstance(error, BaseExceptionGroup):
        causes += error.exceptions
    for cause in causes:
        if cause is not None:
            yield from (f"  because of {line}" for line in _lines(cause))


def _places(error: BaseException) -> list[str]:
    """Return where the error came through, the innermost place last."""
    frames = traceback.walk_tb(error.__traceback__)
    return [f"{frame.f_globals.get('__name__', '?')}, line {line}" for frame, line in frames]
