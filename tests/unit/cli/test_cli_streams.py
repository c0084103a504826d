import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from tests.clean_environment import clean_environment
from tests.e2e.warm_start import PYTHON, WarmStarts
from tests.unit.cli.conftest import Environment, Run
from tui.cli.output import settle

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("profiles")]

Redirected = Callable[..., subprocess.CompletedProcess[str]]

FULL = "/dev/full"
needs_full = pytest.mark.skipif(not Path(FULL).exists(), reason="this platform has no full device")
deaf = pytest.mark.parametrize(
    "narration", [None, pytest.param(FULL, marks=needs_full)], ids=["closed", "full"]
)
STDIN, STDOUT, STDERR = range(3)
ENDING_S = 20.0


@pytest.fixture
def redirected(environment: Environment, warm_starts: WarmStarts, tmp_path: Path) -> Redirected:
    """Run the command with standard streams that a shell has redirected, by their numbers."""

    def run(to: Mapping[int, str | None], *arguments: str) -> subprocess.CompletedProcess[str]:
        strict = {**environment, "PYTHONWARNINGS": "error"}
        return warm_starts.run(arguments, strict, tmp_path, redirected=to)

    return run


TELL = """
import sys
def tell(file):
    streams = [getattr(sys, f"{around}{name}{around}")
               for name in ("stdin", "stdout", "stderr") for around in ("", "__")]
    told = [each and (each.fileno(), each.encoding, each.errors, each.line_buffering)
            for each in streams]
    with open(file, "w") as out:
        print(told, file=out)
"""
WARM = """
import json, os
from tests.e2e.forked_start import open_streams
for name, to in json.loads(sys.argv[1]).items():
    if os.fork() == 0:
        for number, path in enumerate(to):
            os.dup2(os.open(path or os.devnull, os.O_RDWR), number)
        open_streams([number for number, path in enumerate(to) if path is None])
        tell(name)
        os._exit(0)
    assert os.wait()[1] == 0
"""
NOWHERE = os.devnull
SHELL = {
    "<&-": (None, NOWHERE, NOWHERE),
    ">&-": (NOWHERE, None, NOWHERE),
    "2>&-": (NOWHERE, NOWHERE, None),
    "": (NOWHERE, NOWHERE, NOWHERE),
    **({f">{FULL}": (NOWHERE, FULL, NOWHERE)} if Path(FULL).exists() else {}),
}


def test_streams_of_a_warm_start_are_those_that_the_interpreter_makes(tmp_path: Path) -> None:
    files = {redirection: tmp_path / str(number) for number, redirection in enumerate(SHELL)}
    warm = json.dumps({str(files[each]): to for each, to in SHELL.items()})
    main, side = pty.openpty()
    # as what starts commands is itself started
    subprocess.run(
        [sys.executable, "-c", f"{TELL}{WARM}", warm],
        env=clean_environment(tmp_path),
        stdin=side,
        stdout=side,
        stderr=side,
        check=True,
    )
    os.close(side)
    os.close(main)
    for redirection, file in files.items():
        of_warm_start = file.read_text("utf-8")
        command = [sys.executable, "-c", f"{TELL}tell({str(file)!r})"]
        subprocess.run(
            ["sh", "-c", f'exec "$@" {redirection}', "sh", *command],
            env={**clean_environment(tmp_path), "PYTHONUTF8": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )
        assert of_warm_start == file.read_text("utf-8"), redirection


@pytest.mark.parametrize(("variables", "code"), [({"PYTHONWARNINGS": "error"}, 1), ({}, 0)])
def test_a_warning_is_an_error_in_a_warm_start_that_is_told_so(
    environment: Environment,
    warm_starts: WarmStarts,
    tmp_path: Path,
    variables: Mapping[str, str],
    code: int,
) -> None:
    command = [*PYTHON, "import warnings; warnings.warn('of ours')"]
    around = {**environment, **variables}
    with closing(warm_starts.start_piped(command, around, tmp_path)) as running:
        _, told = running.rest(ENDING_S)
    assert (running.process.returncode, b"UserWarning: of ours" in told) == (code, True)


def test_a_closed_stdin_is_an_empty_question(redirected: Redirected) -> None:
    done = redirected({STDIN: None}, "ask", "-")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("runnel: There is nothing to ask.\n")


def test_a_closed_stdin_is_no_terminal_for_the_app(redirected: Redirected) -> None:
    done = redirected({STDIN: None})
    assert done.returncode == 2
    assert done.stderr.startswith("runnel: The full-screen app needs a terminal.\n")


@pytest.mark.parametrize("arguments", [("profiles",), ("sessions",), ("ask", "echo x")])
def test_a_closed_stdout_takes_nothing_and_breaks_nothing(
    redirected: Redirected, arguments: tuple[str, ...]
) -> None:
    done = redirected({STDOUT: None}, *arguments)
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert "echo x" not in done.stderr


@deaf
def test_where_nobody_hears_the_narration_the_answer_comes_whole(
    redirected: Redirected, narration: str | None
) -> None:
    done = redirected({STDERR: narration}, "ask", "echo x")
    assert (done.returncode, done.stdout) == (0, "x\n")


@deaf
def test_where_nobody_hears_the_narration_the_exit_code_stays(
    redirected: Redirected, narration: str | None
) -> None:
    done = redirected({STDERR: narration}, "ask", "")
    assert (done.returncode, done.stdout) == (2, "")
    assert redirected({STDERR: narration}, "nosuch").returncode == 2


@needs_full
@pytest.mark.parametrize(
    "arguments", [("--version",), ("--help",), ("ask", "-h"), ("profiles",), ("ask", "echo x")]
)
def test_a_stdout_that_cannot_be_written_is_told_in_one_sentence(
    redirected: Redirected, arguments: tuple[str, ...]
) -> None:
    done = redirected({STDOUT: FULL}, *arguments)
    assert done.returncode == 1
    *_, sentence, hint = done.stderr.splitlines()
    assert sentence == "runnel: stdout cannot be written: No space left on device."
    assert hint
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_a_stdin_that_is_not_utf_8_is_sent_readable_and_told(run: Run) -> None:
    code, out, err = run("ask", "-", stdin=b"echo caf\xe9 \xff!")
    assert (code, out) == (0, "caf� �!\n")
    assert "runnel: stdin is not all UTF-8" in err


def test_what_nobody_reads_any_more_is_dropped_at_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read, write = os.pipe()
    with os.fdopen(write, "w", encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        stream.write("the end")
        os.close(read)
        settle()
        # to be written again when the interpreter ends, if it had been kept
        stream.flush()


def test_what_is_left_is_written_at_the_end(capfd: pytest.CaptureFixture[str]) -> None:
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as stream, pytest.MonkeyPatch.context() as at:
        at.setattr(sys, "stdout", stream)
        stream.write("the end")
        settle()
        assert capfd.readouterr().out == "the end"


def test_a_fault_is_one_sentence_and_a_report_without_values(
    environment: Environment, warm_starts: WarmStarts, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    code = (
        "import sys, tui.cli, tui.cli.profiles as command\n"
        "def fail(*_, **__): raise LookupError('s3cr3t-value')\n"
        "command.profiles.callback = fail\n"
        "sys.exit(tui.cli.main(sys.argv[1:]))"
    )
    command = [*PYTHON, code, "--log", str(log), "profiles"]
    with closing(warm_starts.start_piped(command, environment, tmp_path)) as running:
        out, told = running.rest(ENDING_S)
    sentence, hint = told.decode().splitlines()
    assert (running.process.returncode, out) == (1, b"")
    assert sentence.startswith("runnel: Something in Runnel failed: LookupError in tui.cli, line ")
    assert hint == "The details are in the log."
    report = log.read_text(encoding="utf-8")
    assert "unexpected LookupError" in report
    assert "  at __main__, line 2" in report
    assert "s3cr3t-value" not in report
