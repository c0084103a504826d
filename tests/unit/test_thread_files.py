from __future__ import annotations

import subprocess
import sys

import pytest

from tests.thread_files import told_of_threads

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells it so")

TWO_THREADS = """
import threading
threading.Thread(target=input, daemon=True).start()
print(flush=True)
threading.Event().wait()
"""


def test_a_process_that_ends_while_its_threads_are_looked_at_tells_no_more() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", TWO_THREADS], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert len([*told_of_threads(process.pid, "stat")]) == 2
        told = told_of_threads(process.pid, "stat")
        assert f"{process.pid} (" in next(told)
        process.kill()
        process.wait()
        assert not [*told]
        assert not [*told_of_threads(process.pid, "stat")]
