"""Command line run inside the process of the test, for tests of what it says and does.

What the interpreter decides at its start (encodings, signals, closed streams, imports) needs a
process of its own: `run_process` of the tests of the command line, or `tests/e2e`.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Mapping

import pytest

from tui.cli import main


def run_inside(
    *arguments: str, environment: Mapping[str, str], stdin: bytes = b""
) -> tuple[int, str, str]:
    """Return exit code, stdout and stderr of `runnel ARGUMENTS` in this environment alone."""
    stdout, stderr = io.BytesIO(), io.BytesIO()
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ:
            patch.delenv(name)
        for name, value in environment.items():
            patch.setenv(name, value)
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
        patch.setattr(sys, "stdout", io.TextIOWrapper(stdout, "utf-8", write_through=True))
        patch.setattr(sys, "stderr", io.TextIOWrapper(stderr, "utf-8", write_through=True))
        code = main(arguments)
        return code, stdout.getvalue().decode(), stderr.getvalue().decode()
