from __future__ import annotations

import subprocess
import sys

from tests.clean_environment import REPOSITORY
from tests.tables import each_row

PROGRAM = """
import atexit, os, sys
from tests.quick_end import QuickEnd

class Held:
    def __del__(self, write=os.write):
        write(2, b"freed")

def main():
    global held
    ending = QuickEnd()
    atexit.register(os.write, 2, b"what was registered, ")
    held = Held()
    print("printed")
    {what}

sys.exit(main())
"""


@each_row(
    ("what", "status", "told"),
    [
        ("return ending.after(0)", 0, "what was registered, "),
        ("return ending.after(3)", 3, "what was registered, "),
        # as ever where nothing is known of how it ended
        ("return 2", 2, "what was registered, freed"),
        ("raise SystemExit(4)", 4, "what was registered, freed"),
    ],
)
def test_what_is_to_be_done_at_the_end_is_done_and_nothing_is_freed(
    what: str, status: int, told: str
) -> None:
    code = PROGRAM.format(what=what)
    done = subprocess.run(
        [sys.executable, "-E", "-S", "-c", code],
        cwd=REPOSITORY,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (status, "printed\n", told)


def test_output_that_nobody_takes_is_told_as_ever() -> None:
    code = PROGRAM.format(what="return ending.after(0)")
    with subprocess.Popen(
        [sys.executable, "-E", "-S", "-c", f"import sys; sys.stdin.read(){code}"],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        process.stdin.close()
        told = process.stderr.read()
    assert "BrokenPipeError" in told
    assert process.returncode == 120
