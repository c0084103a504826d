import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.command_line import run_inside

ROOT = Path(__file__).parents[3]

Environment = dict[str, str]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("RUNNEL_")}
    return {
        **kept,
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "PYTHONPATH": str(ROOT),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "PYTHONUTF8": "1",
    }


@pytest.fixture
def run(environment: Environment) -> Run:
    """Run the command inside this process; variables are added to its environment."""

    def run(
        *arguments: str, stdin: bytes = b"", variables: Mapping[str, str] | None = None
    ) -> tuple[int, str, str]:
        return run_inside(*arguments, environment={**environment, **(variables or {})}, stdin=stdin)

    return run


@pytest.fixture
def run_process(environment: Environment) -> Run:
    """Run the command in a process of its own, for what an interpreter decides at its start."""

    def run(
        *arguments: str, stdin: bytes = b"", variables: Mapping[str, str] | None = None
    ) -> tuple[int, str, str]:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "tui", *arguments],
            env={**environment, **(variables or {})},
            input=stdin,
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert b"Traceback" not in done.stderr
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    return run
