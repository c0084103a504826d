from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.clean_environment import clean_environment

Start = Callable[..., subprocess.Popen[str]]

CONFTEST = """
from tests.shared_collection import collect_once


def pytest_xdist_setupnodes(config, specs):
    collect_once(config, specs)
"""
TESTS = """
import os
import signal
from pathlib import Path

import pytest

with Path("collected").open("a") as file:
    file.write("once\\n")


@pytest.mark.parametrize("number", range(6))
def test_fails(number, tmp_path, worker_id):
    print("printed by", number)
    os.write(2, b"written by %d\\n" % number)
    assert f"popen-{worker_id}" in str(tmp_path)
    assert os.environ["PYTEST_XDIST_WORKER"] == worker_id
    assert number < 0


def test_crashes():
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("number", range(2))
def test_hangs(number):
    told = os.open("running", os.O_WRONLY)
    os.write(told, b"!")
    signal.pause()
"""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Return what starts pytest with two processes on `TESTS`; all of it ends with the test."""
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_some.py").write_text(TESTS)
    (tmp_path / "pytest.ini").touch()
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str, **environment: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "pytest", "-p", "xdist", "-n", "2", *arguments],
            cwd=tmp_path,
            env={
                **clean_environment(tmp_path),
                "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
                **environment,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for each in started:
        with suppress(ProcessLookupError):
            os.killpg(each.pid, signal.SIGKILL)
        each.communicate()


def test_the_tests_are_collected_once_and_run_as_by_processes_of_their_own(
    start: Start, tmp_path: Path
) -> None:
    told, _ = start("-k", "fails or crashes", "--verbose").communicate(timeout=60)
    assert (tmp_path / "collected").read_text().splitlines() == ["once"], told
    assert "7 failed" in told
    for number in range(6):
        # each what was printed there, though they share what they were forked from
        _, _, report = told.partition(f"_ test_fails[{number}] _")
        report, _, _ = report.partition("\n____")
        printed = re.findall("^(?:printed|written) by .*", report, re.MULTILINE)
        assert printed == [f"printed by {number}", f"written by {number}"]
        assert "assert number < 0" in report
    # by one that was forked in place of the other
    assert "crashed while running 'test_some.py::test_crashes'" in told
    assert "replacing crashed worker" in told


def test_ctrl_c_ends_all_processes_that_were_forked(start: Start, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "running")
    running = os.open(tmp_path / "running", os.O_RDWR)
    process = start("-k", "hangs")
    assert [os.read(running, 1) for _ in range(2)] == [b"!", b"!"]
    os.close(running)
    os.killpg(process.pid, signal.SIGINT)
    told, _ = process.communicate(timeout=60)
    assert "KeyboardInterrupt" in told
    assert process.returncode == pytest.ExitCode.INTERRUPTED
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def test_where_it_fails_each_process_tells_what_is_wrong(start: Start) -> None:
    told, _ = start("no_such_file.py").communicate(timeout=60)
    assert "file or directory not found: no_such_file.py" in told


def test_in_a_folder_too_long_for_an_address_each_process_collects_for_itself(
    start: Start, tmp_path: Path
) -> None:
    folder = tmp_path / ("x" * 120)
    folder.mkdir()
    told, _ = start("-k", "fails", TMPDIR=str(folder)).communicate(timeout=60)
    assert "6 failed" in told
    assert (tmp_path / "collected").read_text().splitlines() == ["once", "once"]
