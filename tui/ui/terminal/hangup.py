"""Hangup: what is done when the terminal is gone, whatever the application is busy with."""

from __future__ import annotations

import os
import signal
import threading

STATUS = 128 + signal.SIGHUP
ENDING_S = 4.0
"""So long the application may take to end by itself."""


def hang_up() -> None:
    """End the process as the kernel ends one whose terminal is closed, and surely."""
    last_resort = threading.Timer(ENDING_S, os._exit, (STATUS,))
    last_resort.daemon = True
    last_resort.start()
    os.kill(os.getpid(), signal.SIGHUP)
