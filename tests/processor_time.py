"""Processor time of what a test does, for bounds on it."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def processor_time() -> Iterator[Callable[[], float]]:
    """Yield what tells how many seconds of a processor the block has taken by now.

    No garbage is looked for meanwhile: what earlier tests of this process left is a second of work.
    """
    is_collecting = gc.isenabled()
    gc.disable()
    began = time.process_time()
    try:
        yield lambda: time.process_time() - began
    finally:
        if is_collecting:
            gc.enable()
