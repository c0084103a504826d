"""Warm start of the real command: forked from a process that has imported all of it.

Importing is the same each time, as is what is made at a first use and kept (`rehearsal.py`). The
process is one like any other: its own session and terminal, environment, folder, signals, and an
interpreter that ends as usual, but for freeing what was imported, which took a quarter of what an
app does that is opened and left. What Python reads of its environment before the first import is
that of all tests.

One process starts the commands of all processes of a run that want some at the same time.
"""

from __future__ import annotations

import fcntl
import gc
import hashlib
import importlib
import json
import os
import pkgutil
import pty
import select
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from io import FileIO
from pathlib import Path
from tempfile import TemporaryFile, gettempdir
from types import MappingProxyType

import tui
from tests.e2e.forked_start import begin
from tests.e2e.rehearsal import rehearse
from tests.e2e.warm_process import NUMBER, Piped, WarmProcess
from tests.quick_end import QuickEnd
from tui.__main__ import main as run_runnel

MODULE = "tests.e2e.warm_start"
RUNNEL = (sys.executable, "-m", "tui")
PYTHON = (sys.executable, "-c")
"""A program over Runnel's own modules, which is told as one word."""
REQUEST_BYTES = 1 << 16
RUN_S = 60.0
"""So long a command without a terminal may take."""
TAKEN = b"!"


def is_warm(command: Sequence[str]) -> bool:
    """Say whether a command can be forked from what has imported all of it."""
    return (*command[: len(RUNNEL)],) == RUNNEL or (*command[: len(PYTHON)],) == PYTHON


class WarmStarts:
    """Process that starts commands; each is then given an environment of its own."""

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        """Take the process that others of this run have started in `folder`, or start it."""
        self._process: subprocess.Popen[bytes] | None = None
        # an address may have a hundred characters, and a folder that somebody chose more than that
        name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]
        address = Path(gettempdir()) / f"warm-{name}"
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            control = taken_by(address)
            if control is None:
                address.unlink(missing_ok=True)
                self._start_process(environment, folder, address)
                control = taken_by(address)
        assert control is not None
        self._control = control
        self._address = address

    def _start_process(self, environment: Mapping[str, str], folder: Path, address: Path) -> None:
        # its standard streams are opened as those of a program in a terminal
        self._main, side = pty.openpty()
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(address))
            listening.listen()
            self._process = subprocess.Popen(
                [sys.executable, "-m", MODULE, str(listening.fileno())],
                stdin=side,
                stdout=side,
                stderr=side,
                cwd=folder,
                env=dict(environment),
                pass_fds=[listening.fileno()],
            )
        os.close(side)

    def start(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        side: int,
        *,
        is_controlled: bool = True,
    ) -> WarmProcess:
        """Start Runnel's command in a session of its own, which the terminal controls or not."""
        request = [list(command), dict(environment), str(folder), is_controlled, []]
        return self._start(request, [side] * 3)

    def start_piped(
        self, command: Sequence[str], environment: Mapping[str, str], folder: Path
    ) -> Piped:
        """Start Runnel's command without a terminal, and with nothing to read."""
        (out, out_side), (told, told_side) = os.pipe(), os.pipe()
        streams = [os.open(os.devnull, os.O_RDONLY), out_side, told_side]
        request = [list(command), dict(environment), str(folder), False, []]
        process = self._start(request, streams)
        for number in streams:
            os.close(number)
        return Piped(process, FileIO(out), FileIO(told))

    def run(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        stdin: str = "",
        *,
        redirected: Mapping[int, str | None] = MappingProxyType({}),
    ) -> subprocess.CompletedProcess[str]:
        """Run Runnel's command without a terminal to its end; as `subprocess.run`.

        A shell may have redirected a stream, by its number, to a file or, with `None`, closed it.
        """
        with ExitStack() as stack:
            files = [stack.enter_context(TemporaryFile()) for _ in range(3)]
            files[0].write(stdin.encode())
            files[0].seek(0)
            streams = [each.fileno() for each in files]
            for number, path in redirected.items():
                if path is not None:
                    to = stack.enter_context(Path(path).open("r+b", buffering=0))
                    streams[number] = to.fileno()
            closed = [number for number, path in redirected.items() if path is None]
            request = [[*RUNNEL, *arguments], dict(environment), str(folder), False, closed]
            process = self._start(request, streams)
            try:
                status = process.wait(RUN_S)
            finally:
                if process.returncode is None:
                    process.kill()
            for each in files:
                each.seek(0)
            out, told = (each.read().decode() for each in files[1:])
        return subprocess.CompletedProcess([*RUNNEL, *arguments], status, out, told)

    def _start(self, request: list[object], streams: list[int]) -> WarmProcess:
        ours, theirs = socket.socketpair()
        content = json.dumps(request).encode()
        assert len(content) < REQUEST_BYTES
        socket.send_fds(self._control, [content], [*streams, theirs.fileno()])
        theirs.close()
        return WarmProcess(ours)

    def close(self) -> None:
        self._control.close()
        if self._process is not None:
            # until the others need it no more
            self._process.wait()
            self._address.unlink(missing_ok=True)
            os.close(self._main)


def taken_by(address: Path) -> socket.socket | None:
    """Return a connection to the process that listens; `None` when none does any more."""
    control = socket.socket(socket.AF_UNIX)
    with suppress(FileNotFoundError, ConnectionRefusedError, ConnectionResetError):
        control.connect(str(address))
        # it may have been on its way out
        if control.recv(len(TAKEN)):
            return control
    control.close()
    return None


def main() -> int:
    """Serve requests while somebody can make any; return in each command, when it has run."""
    ending = QuickEnd()
    for module in pkgutil.walk_packages(tui.__path__, "tui."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    from tui.ui.markdown.preparation import prepare

    # a sixth of what an app does that is opened and left; it is the same each time, too
    prepare().join()
    rehearse()
    gc.collect()
    gc.freeze()
    listening = socket.socket(fileno=int(sys.argv[1]))
    controls = [taken(listening)]
    while controls:
        for ready in select.select([listening, *controls], [], [])[0]:
            if ready is listening:
                controls.append(taken(listening))
                continue
            request, files = received(ready)
            if not request:
                controls.remove(ready)
                ready.close()
            elif os.fork() == 0:
                for each in (listening, *controls):
                    each.close()
                *streams, news = files
                if (pid := os.fork()) != 0:
                    for number in streams:
                        os.close(number)
                    tell_end(pid, news)
                os.close(news)
                command, *around = json.loads(request)
                begin(streams, *around)
                return ending.after(run_of(command))
            for file in files:
                os.close(file)
            while forked_and_gone():
                pass
    return 0


def taken(listening: socket.socket) -> socket.socket:
    control, _ = listening.accept()
    # a process of tests that was killed is seen to be gone when its requests are read
    with suppress(BrokenPipeError, ConnectionResetError):
        control.send(TAKEN)
    return control


def received(control: socket.socket) -> tuple[bytes, list[int]]:
    """Return a request and its files; none from who will make no more."""
    with suppress(ConnectionResetError):
        request, files, *_ = socket.recv_fds(control, REQUEST_BYTES, 4)
        return request, files
    return b"", []


def tell_end(pid: int, news: int) -> None:
    """Tell the number of a command and, when it ends, its exit status."""
    os.write(news, NUMBER.pack(pid))
    _, status = os.waitpid(pid, 0)
    # nobody may hear of it any more
    with suppress(BrokenPipeError):
        os.write(news, NUMBER.pack(os.waitstatus_to_exitcode(status)))
    os._exit(0)


def run_of(command: list[str]) -> int:
    """Run a command in this process to its end, and return its exit status."""
    assert is_warm(command)
    if (*command[: len(RUNNEL)],) == RUNNEL:
        sys.argv = ["runnel", *command[len(RUNNEL) :]]
        return run_runnel()
    sys.argv = ["-c", *command[len(PYTHON) + 1 :]]
    try:
        exec(command[len(PYTHON)], {"__name__": "__main__"})
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    return 0


def forked_and_gone() -> bool:
    try:
        return os.waitpid(-1, os.WNOHANG) != (0, 0)
    except ChildProcessError:
        return False


if __name__ == "__main__":
    sys.exit(main())
