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


def test_ctrl_c_while_the_command_line_is_imported_ends_without_a_traceback() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _INTERRUPTED_IMPORT], capture_output=True, timeout=60, check=False
    )
    assert done.returncode == -signal.SIGINT
    assert done.stderr == b""
