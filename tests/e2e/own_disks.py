"""Disks that a process and those it starts have for themselves (`unshare`)."""

from __future__ import annotations

import ctypes
import os
import subprocess
from pathlib import Path

_NEW_MOUNTS, _NEW_USER = 0x00020000, 0x10000000


def with_disks(script: str, argument: str) -> None:
    """Have the disks from now on that a script mounts, as one who may; it has `argument` as `$0`.

    Raises:
        OSError: this system has no namespaces for who is not root.
    """
    numbers = {"uid_map": os.getuid(), "gid_map": os.getgid()}
    system = ctypes.CDLL(None, use_errno=True)
    if system.unshare(_NEW_MOUNTS | _NEW_USER):
        raise OSError(ctypes.get_errno(), "no namespace")
    of_process = Path("/proc/self")
    (of_process / "setgroups").write_text("deny", encoding="ascii")
    for name, number in numbers.items():
        (of_process / name).write_text(f"0 {number} 1", encoding="ascii")
    subprocess.run(["/bin/sh", "-ec", script, argument], check=True)
