"""Entry point: `runnel` and `python -m tui`."""

import signal
import sys


def main() -> int:
    """Run the command line and return its exit code."""
    # while the command line is being imported, Ctrl+C ends the program without a traceback
    answered = signal.signal(signal.SIGINT, signal.SIG_DFL)
    from tui.cli import main as run

    signal.signal(signal.SIGINT, answered)
    return run()


if __name__ == "__main__":
    sys.exit(main())
