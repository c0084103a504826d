"""Process in which no file can be locked, as in a home over NFS without locks.

The system refuses what asks for a lock, for the process and all that it starts (`seccomp`).
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct

NUMBERS = {"x86_64": (72, 73), "aarch64": (25, 32)}
"""By machine: the numbers of the calls `fcntl` and `flock`."""
GETLK, SETLK, SETLKW = 5, 6, 7

_LOAD, _IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _FAIL = 0x7FFF0000, 0x00050000 | errno.ENOLCK
_NUMBER_AT, _SECOND_ARGUMENT_AT = 0, 24
_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def refuse_locks() -> None:
    """Have each lock fail from now on, in this process and those it starts.

    Raises:
        OSError: this system has no such filter.
    """
    fcntl_number, flock_number = NUMBERS[platform.machine()]
    steps = [
        (_LOAD, 0, 0, _NUMBER_AT),
        (_IF_EQUAL, 6, 0, flock_number),
        (_IF_EQUAL, 0, 4, fcntl_number),
        (_LOAD, 0, 0, _SECOND_ARGUMENT_AT),
        (_IF_EQUAL, 3, 0, GETLK),
        (_IF_EQUAL, 2, 0, SETLK),
        (_IF_EQUAL, 1, 0, SETLKW),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _FAIL),
    ]
    code = b"".join(struct.pack("HBBI", *each) for each in steps)
    buffer = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(steps), ctypes.cast(buffer, ctypes.c_void_p))
    system = ctypes.CDLL(None, use_errno=True)
    for call in (
        (_NO_NEW_PRIVILEGES, 1, 0, 0, 0),
        (_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0),
    ):
        if system.prctl(*call):
            raise OSError(ctypes.get_errno(), "no filter")
