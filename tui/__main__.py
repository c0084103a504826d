"""Entry point: `runnel` and `python -m tui`."""

import gc
import signal
import sys

from tui.signal_handlers import answering

MANY_OBJECTS = 300_000
"""More than a start makes, which all stays: it is not looked through for garbage."""


def main() -> int:
    """Run the command line and return its exit code."""
    # at the usual pace a twelfth of a start would be the search for garbage that is not there
    gc.set_threshold(MANY_OBJECTS, *gc.get_threshold()[1:])
    try:
        return _run()
    finally:
        # nor what is left at the end: the interpreter would look through all of it twice. Who wants
        # warnings hears by that of what was never closed
        if not sys.warnoptions:
            gc.freeze()


def _run() -> int:
    # while the command line is being imported, Ctrl+C ends the program without a traceback
    with answering(signal.SIG_DFL, signal.SIGINT):
        from tui.cli import main as run
    return run()


if __name__ == "__main__":
    sys.exit(main())
