import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Environment
from tui.cli.output import settle

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("profiles")]

Redirected = Callable[..., subprocess.CompletedProcess[bytes]]

FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.exists(), reason="this platform has no full device")
deaf = pytest.mark.parametrize(
    "redirection", ["2>&-", pytest.param(f"2>{FULL}", marks=needs_full)], ids=["closed", "full"]
)


@pytest.fixture
def redirected(environment: Environment) -> Redirected:
    """Run the command by a shell that redirects its streams first."""

    def run(
        redirection: str, *arguments: str, stdin: bytes = b""
    ) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-W", "error", "-m", "tui", *arguments]
        return subprocess.run(
            ["sh", "-c", f'exec "$@" {redirection}', "sh", *command],
            env=environment,
            input=stdin,
            capture_output=True,
            timeout=60,
            check=False,
        )

    return run


def test_a_closed_stdin_is_an_empty_question(redirected: Redirected) -> None:
    done = redirected("<&-", "ask", "-")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"runnel: There is nothing to ask.\n")


def test_a_closed_stdin_is_no_terminal_for_the_app(redirected: Redirected) -> None:
    done = redirected("<&-")
    assert done.returncode == 2
    assert done.stderr.startswith(b"runnel: The full-screen app needs a terminal.\n")


@pytest.mark.parametrize("arguments", [("profiles",), ("sessions",), ("ask", "echo x")])
def test_a_closed_stdout_takes_nothing_and_breaks_nothing(
    redirected: Redirected, arguments: tuple[str, ...]
) -> None:
    done = redirected(">&-", *arguments)
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr
    assert b"echo x" not in done.stderr


@deaf
def test_where_nobody_hears_the_narration_the_answer_comes_whole(
    redirected: Redirected, redirection: str
) -> None:
    done = redirected(redirection, "ask", "echo x")
    assert (done.returncode, done.stdout) == (0, b"x\n")


@deaf
def test_where_nobody_hears_the_narration_the_exit_code_stays(
    redirected: Redirected, redirection: str
) -> None:
    done = redirected(redirection, "ask", "")
    assert (done.returncode, done.stdout) == (2, b"")
    assert redirected(redirection, "nosuch").returncode == 2


@needs_full
@pytest.mark.parametrize(
    "arguments", [("--version",), ("--help",), ("ask", "-h"), ("profiles",), ("ask", "echo x")]
)
def test_a_stdout_that_cannot_be_written_is_told_in_one_sentence(
    redirected: Redirected, arguments: tuple[str, ...]
) -> None:
    done = redirected(f">{FULL}", *arguments)
    assert done.returncode == 1
    *_, sentence, hint = done.stderr.decode().splitlines()
    assert sentence == "runnel: stdout cannot be written: No space left on device."
    assert hint
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr


def test_a_stdin_that_is_not_utf_8_is_sent_readable_and_told(redirected: Redirected) -> None:
    done = redirected("", "ask", "-", stdin=b"echo caf\xe9 \xff!")
    assert (done.returncode, done.stdout.decode()) == (0, "caf� �!\n")
    assert b"runnel: stdin is not all UTF-8" in done.stderr


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
    environment: Environment, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    code = (
        "import sys, tui.cli, tui.cli.profiles as command\n"
        "def fail(*_, **__): raise LookupError('s3cr3t-value')\n"
        "command.profiles.callback = fail\n"
        "sys.exit(tui.cli.main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "--log", str(log), "profiles"],
        env=environment,
        capture_output=True,
        timeout=60,
        check=False,
    )
    sentence, hint = done.stderr.decode().splitlines()
    assert (done.returncode, done.stdout) == (1, b"")
    assert sentence.startswith("runnel: Something in Runnel failed: LookupError in tui.cli, line ")
    assert hint == "The details are in the log."
    report = log.read_text(encoding="utf-8")
    assert "unexpected LookupError" in report
    assert "  at __main__, line 2" in report
    assert "s3cr3t-value" not in report
