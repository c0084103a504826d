"""Debug log (`--log FILE`): what happens on the wire, for whoever looks for a fault."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tui.backends.http.credentials import KnownSecrets
from tui.cli.named_files import opened
from tui.private_files import open_to_append

_LOGGER = "tui"


@contextmanager
def logging_to(path: str, known_secrets: KnownSecrets) -> Iterator[None]:
    """Append the debug log of Runnel, and of nothing else, to a file for our eyes only.

    Raises:
        BadInput: the file cannot be written.
    """
    handler = _Handler(opened(open_to_append, path, "The log", "--log"))
    handler.setFormatter(_Formatter("%(asctime)s %(process)d %(message)s", known_secrets))
    logger = logging.getLogger(_LOGGER)
    before = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    # nothing of it goes to stderr, where the screen is
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before[0])
        logger.propagate = before[1]
        handler.close()


class _Handler(logging.Handler):
    """Writes each line at once and whole, and leaves out what cannot be written."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor

    def emit(self, record: logging.LogRecord) -> None:
        line = self.format(record).encode("utf-8", "backslashreplace") + b"\n"
        try:
            os.write(self._descriptor, line)
        except OSError:
            # a full disk must not end the program, nor be told across the screen
            return

    def close(self) -> None:
        super().close()
        os.close(self._descriptor)


class _Formatter(logging.Formatter):
    """Times in UTC, and a second net for secrets: lines are made without them to begin with."""

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def __init__(self, shape: str, known_secrets: KnownSecrets) -> None:
        super().__init__(shape)
        self._known_secrets = known_secrets

    def format(self, record: logging.LogRecord) -> str:
        return self._known_secrets.redact(super().format(record))
