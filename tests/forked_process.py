"""Process of tests that is forked from the one that has collected them, as pytest-xdist sees it.

What stands here is run at its two ends: by the process that xdist starts, which hands its standard
streams to the forked one and stays until that has ended, and by execnet in the forked one.
"""

import signal
import socket
import sys

if __name__ == "__main__":
    # Ctrl+C is for the forked one
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as collector:
        collector.connect(sys.argv[1])
        socket.send_fds(collector, [sys.argv[-1].encode()], [0, 1, 2])
        # else nobody would see that the forked one is gone
        for stream in (sys.stdin, sys.stdout):
            stream.close()
        collector.recv(1)

if __name__ == "__channelexec__":
    from tests.shared_collection import hand_over

    hand_over(globals()["channel"])
