"""Beginning of a forked process, which becomes what a shell makes one that it starts."""

from __future__ import annotations

import fcntl
import os
import sys
import termios
import time
import warnings
from collections.abc import Sequence
from io import TextIOWrapper


def begin(
    streams: list[int],
    environment: dict[str, str],
    folder: str,
    is_controlled: bool,
    closed: list[int],
) -> None:
    """Make this process what the shell makes one that it starts."""
    os.setsid()
    for number, each in enumerate(streams):
        os.dup2(each, number)
        os.close(each)
    open_streams(closed)
    if is_controlled:
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    # what an interpreter reads of it as it starts
    if environment.get("PYTHONWARNINGS") == "error":
        warnings.simplefilter("error")
    time.tzset()


def open_streams(closed: Sequence[int]) -> None:
    """Make the standard streams what the interpreter makes of the files that stand there."""
    # they were opened in a terminal
    for stream in (sys.stdin, sys.stdout):
        assert isinstance(stream, TextIOWrapper)
        stream.reconfigure(line_buffering=stream.isatty())
    for number in closed:
        os.close(number)
        name = ("stdin", "stdout", "stderr")[number]
        # what stood there does not close the number, which may be another file's soon
        setattr(sys, name, None)
        setattr(sys, f"__{name}__", None)
