"""Collection of the tests, done once for all processes of a run.

Importing the tests and making an item of each takes four seconds of a processor, and each process
of pytest-xdist would do it for itself. xdist starts the processes as ever, but what it starts
(`tests/forked_process.py`) asks the process that has collected for a fork of it, which takes its
place. Where none can be had, each collects for itself.
"""

from __future__ import annotations

import importlib
import os
import shlex
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack, suppress
from pathlib import Path
from queue import SimpleQueue
from select import select
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import pytest

from tests.quick_end import QuickEnd

if TYPE_CHECKING:
    from collections.abc import Sequence

CODE_BYTES = 1 << 12
ENDING_S = 20.0
"""So long execnet takes at most to end a process that a test holds up."""

_given: SimpleQueue[tuple[Any, ...]] = SimpleQueue()
_ended = Event()


class _ForkedProcesses:
    """Plugin of the process that hands out the tests."""

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_getremotemodule(self) -> Any:
        from tests import forked_process

        return forked_process


def collect_once(config: pytest.Config, specs: Sequence[Any]) -> None:
    """Have the processes of these specs forked from one that collects."""
    is_plain = all(each.popen and not (each.python or each.chdir) for each in specs)
    # what measures coverage begins and ends with a process of its own
    if len(specs) < 2 or not is_plain or not hasattr(os, "fork") or "coverage" in sys.modules:
        return
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory())
        ours, theirs = (stack.enter_context(each) for each in socket.socketpair())
        listening = stack.enter_context(socket.socket(socket.AF_UNIX))
        try:
            listening.bind(f"{folder}/collector")
        except OSError:
            # an address may have a hundred characters, and the system's temporary folder more
            return
        listening.listen(len(specs))
        files = [theirs.fileno(), listening.fileno()]
        code = f"import sys; sys.path[:] = {sys.path}; from {__name__} import main; main(*{files})"
        process = subprocess.Popen(
            [sys.executable, "-c", code, *map(str, config.invocation_params.args)],
            env={**os.environ, "PYTEST_XDIST_WORKER": "collector"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=files,
        )
        theirs.close()
        listening.close()
        stack.callback(_end, process, ours)
        if not ours.recv(1):
            # a process that collects for itself tells what is wrong
            return
        config.add_cleanup(stack.pop_all().close)
    program = [sys.executable, "-S", "-E", str(Path(__file__).with_name("forked_process.py"))]
    for spec in specs:
        spec.python = shlex.join([*program, f"{folder}/collector"])
    config.pluginmanager.register(_ForkedProcesses())


def _end(process: subprocess.Popen[bytes], control: socket.socket) -> None:
    control.close()
    with suppress(subprocess.TimeoutExpired):
        process.wait(ENDING_S)
    process.kill()
    process.wait()


def hand_over(channel: Any) -> None:
    """Let the main thread of a forked process run tests for `channel`, by a thread of execnet."""
    _given.put((channel, *channel.receive()))
    _ended.wait()


def main(control: int, listening: int) -> None:
    """Collect, and fork who runs the tests; return in these when they have."""
    ending = QuickEnd()
    with socket.socket(fileno=listening) as asked:
        collector = _Collector(control, asked)
        pytest.main(sys.argv[1:], plugins=[collector])
    _ended.set()
    if collector.gateway is not None:
        collector.gateway.join()
        ending.after(0)


def files_of_tests(session: pytest.Session) -> list[Path]:
    """Return the files of tests in the folders that are asked for, in the order of collection."""
    folders = [session.config.invocation_params.dir / each for each in session.config.args]
    return sorted(file for folder in folders for file in folder.rglob("test_*.py"))


def is_compiled(file: Path) -> bool:
    return any(file.parent.glob(f"__pycache__/{file.stem}.*"))


class _Collector:
    """Plugin of the process that collects, and of those that are forked from it."""

    def __init__(self, control: int, listening: socket.socket) -> None:
        self._control = control
        self._listening = listening
        self._failed: list[pytest.CollectReport] = []
        self.gateway: Thread | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_cmdline_main(self, config: Any) -> None:
        config.option.dist, config.option.tx, config.option.numprocesses = "no", [], None
        config.option.usepdb = False
        config.workerinput = {"workerid": "collector"}
        config.workeroutput = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> None:
        """Have the second half of the tests compiled meanwhile, where nobody has run them yet."""
        files = files_of_tests(session)
        half = files[(len(files) + 1) // 2 :]
        if not half or is_compiled(half[-1]) or os.fork() != 0:
            return
        try:
            for file in half:
                name = ".".join(file.relative_to(session.config.rootpath).with_suffix("").parts)
                # collecting it tells what is wrong with it
                with suppress(Exception):
                    importlib.import_module(name)
        finally:
            os._exit(0)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if not report.passed:
            self._failed.append(report)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        sys.stdout.flush()
        interrupting = signal.signal(signal.SIGINT, signal.SIG_IGN)
        os.write(self._control, b"!")
        asked = self._listening.fileno()
        while self._control not in select([self._control, asked], [], [])[0]:
            connection, _ = self._listening.accept()
            code, streams, *_ = socket.recv_fds(connection, CODE_BYTES, 3)
            if code and os.fork() == 0:
                signal.signal(signal.SIGINT, interrupting)
                self._listening.close()
                os.close(self._control)
                # until this process ends
                connection.detach()
                return self._run(session, code, streams)
            connection.close()
            for each in streams:
                os.close(each)
        with suppress(ChildProcessError):
            while True:
                os.wait()
        # nothing was run here, and nothing is to be told of it
        os._exit(0)

    def _run(self, session: pytest.Session, code: bytes, streams: list[int]) -> bool:
        """Run what `channel` tells, as `xdist.remote` does it."""
        # not before pytest has taken note of what plugins assert
        from xdist import remote

        manager: Any = session.config.pluginmanager
        capture = manager.get_plugin("capturemanager")
        capture.stop_global_capturing()
        for number, each in enumerate(streams):
            os.dup2(each, number)
            os.close(each)
        sys.stdin = open(0, closefd=False)  # noqa: SIM115
        self.gateway = Thread(target=exec, args=(code, {"__name__": "__main__"}), daemon=True)
        self.gateway.start()
        channel, told, _, options, _ = _given.get()
        # of files that are this process's alone
        capture.start_global_capturing()
        capture.suspend_global_capture()
        config: Any = session.config
        config.workerinput |= told
        config.option.basetemp = options.get("basetemp")
        manager.get_plugin("tmpdir").pytest_configure(config)
        os.environ |= {
            "PYTEST_XDIST_TESTRUNUID": told["testrunuid"],
            "PYTEST_XDIST_WORKER": told["workerid"],
            "PYTEST_XDIST_WORKER_COUNT": str(told["workercount"]),
        }
        remote.interactor = interactor = remote.WorkerInteractor(config, channel)
        interactor.pytest_sessionstart(session)
        for report in self._failed:
            interactor.pytest_collectreport(report)
        interactor.pytest_collection_finish(session)
        interactor.pytest_runtestloop(session)
        return True
