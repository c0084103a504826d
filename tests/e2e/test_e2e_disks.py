"""Disks that do not work, made by the system: the app starts on each, and chats in memory."""

from __future__ import annotations

import platform
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.e2e import lockless
from tests.e2e.conftest import Open
from tests.e2e.terminal import Terminal
from tests.e2e.warm_start import PYTHON
from tests.unit.store.sqlite.files import filled
from tui.store.sqlite import STORE_FILE

DISK = "/mnt"
IN_NAMESPACE = ("unshare", "--map-root-user", "--mount", "/bin/sh", "-ec")
ON_A_DISK = f'mount -t tmpfs -o size=2m none {DISK}; cp -r "$0"/. {DISK}; '
FULL = f"dd if=/dev/zero of={DISK}/filler bs=1k count=9999 2>/dev/null || true; "
READ_ONLY = f"mount -o remount,ro {DISK}; "

HAS_DISKS = not subprocess.run(
    [*IN_NAMESPACE, f"mount -t tmpfs none {DISK}"], capture_output=True, check=False
).returncode

RUNNEL_WHERE = """
import sys
from tests.e2e import {module}
from tui.__main__ import main

{module}.{prepare}(*sys.argv[1:])
del sys.argv[1:]
sys.exit(main())
"""


def notice(terminal: Terminal) -> str:
    """Return what stands above the box, without its border."""
    rows = [row.partition("\N{FULL BLOCK}  ")[2].strip() for row in terminal.text.splitlines()]
    return " ".join(filter(None, rows))


def runnel_where(module: str, prepare: str, *arguments: str) -> tuple[str, ...]:
    """Return the command in a process that calls a function before it."""
    return (*PYTHON, RUNNEL_WHERE.format(module=module, prepare=prepare), *arguments)


@pytest.mark.warm_start
@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("full", "has no room left on its disk: what is new is in memory alone"),
        ("read only", "cannot be written: what is new is in memory alone"),
        ("no locks", "is where files cannot be locked: what is new is in memory alone"),
    ],
)
def test_the_app_starts_on_a_disk_that_fails_tells_it_and_chats_on(
    open_terminal: Open,
    profiles: Mapping[str, str],
    tmp_path: Path,
    fault: str,
    told: str,
) -> None:
    kept = tmp_path / "kept"
    filled(kept)
    if fault == "no locks":
        if platform.machine() not in lockless.NUMBERS or sys.platform != "linux":
            pytest.skip("locks can be refused on Linux alone")
        folder = str(kept)
        command = runnel_where("lockless", "refuse_locks")
    else:
        if not HAS_DISKS:
            pytest.skip("no disk can be mounted here")
        folder = DISK
        made = ON_A_DISK + (FULL if fault == "full" else READ_ONLY)
        command = runnel_where("own_disks", "with_disks", made, str(kept))
    before = (kept / STORE_FILE).read_bytes()
    terminal = open_terminal(extra={**profiles, "RUNNEL_DATA_DIR": folder}, command=command)
    terminal.wait_for(lambda: told in notice(terminal))
    terminal.wait_for("work/Paper Lantern")
    terminal.send("echo still here\r")
    terminal.wait_for("echo still here · ready")
    terminal.send("\x11")
    terminal.wait_exit()
    assert (kept / STORE_FILE).read_bytes() == before
