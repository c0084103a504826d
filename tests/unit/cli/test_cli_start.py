from __future__ import annotations

import signal
import subprocess
import sys

_INTERRUPTED_IMPORT = """
import os, signal, sys

class PressCtrlC:
    @staticmethod
    def find_spec(name, path, target=None):
        if name == "tui.cli":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, PressCtrlC)
from tui.__main__ import main
main()
"""

_GARBAGE_AT_THE_END = """
import gc, os, sys
from tui.__main__ import main

class Garbage:
    def __del__(self, write=os.write):
        write(1, b"looked through")

gc.disable()
found = Garbage()
found.itself = found
del found
gc.enable()
sys.argv = ["runnel", "--version"]
sys.exit(main())
"""


def test_ctrl_c_while_the_command_line_is_imported_ends_without_a_traceback() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _INTERRUPTED_IMPORT], capture_output=True, timeout=60, check=False
    )
    assert done.returncode == -signal.SIGINT
    assert done.stderr == b""


def ended_with_garbage(*options: str) -> bytes:
    done = subprocess.run(
        [sys.executable, *options, "-c", _GARBAGE_AT_THE_END],
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == b""
    assert done.stdout.startswith(b"runnel ")
    return done.stdout


def test_what_is_left_at_the_end_is_not_looked_through_for_garbage() -> None:
    assert b"looked through" not in ended_with_garbage()


def test_it_is_where_warnings_tell_what_was_never_closed() -> None:
    assert b"looked through" in ended_with_garbage("-W", "error")
