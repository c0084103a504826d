import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from tests.command_line import run_inside
from tests.e2e.conftest import warm_starts as warm_starts
from tui.server import DEMO_EMAIL, DEMO_KEY, DEMO_PASSWORD, EmbeddedServer

ROOT = Path(__file__).parents[3]
CHATBOT = "5f1d0a6c83b94e2f9a57c6de10b42a91"

Environment = dict[str, str]
Run = Callable[..., tuple[int, str, str]]
RunProcess = Callable[..., tuple[str, str]]


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    kept = {
        key: value
        for key, value in os.environ.items()
        # bytecode of what is started again and again is kept
        if not key.startswith("RUNNEL_") and key != "PYTHONDONTWRITEBYTECODE"
    }
    return {
        **kept,
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "PYTHONPATH": str(ROOT),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "PYTHONUTF8": "1",
    }


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedServer]:
    """A server of one file alone: what others make at theirs may be empty, or still change."""
    with EmbeddedServer(pace=0, seed=1) as running:
        yield running


@pytest.fixture
def profiles(environment: Environment, server: EmbeddedServer) -> Environment:
    """Add the profiles `work` (GPT-trainer) and `lab` (HardWire) to the environment."""
    environment |= {
        "RUNNEL_DEFAULT_PROFILE": "work",
        "RUNNEL_PROFILES__WORK__API": "gpt-trainer",
        "RUNNEL_PROFILES__WORK__BASE_URL": server.url,
        "RUNNEL_PROFILES__WORK__TOKEN": DEMO_KEY,
        "RUNNEL_PROFILES__WORK__CHATBOT": CHATBOT,
        "RUNNEL_PROFILES__LAB__API": "hardwire",
        "RUNNEL_PROFILES__LAB__BASE_URL": server.url,
        "RUNNEL_PROFILES__LAB__EMAIL": DEMO_EMAIL,
        "RUNNEL_PROFILES__LAB__PASSWORD": DEMO_PASSWORD,
        "RUNNEL_PROFILES__LAB__MODEL": "lantern-large",
    }
    return environment


@pytest.fixture
def run(environment: Environment) -> Run:
    """Run the command inside this process; variables are added to its environment."""

    def run(
        *arguments: str, stdin: bytes = b"", variables: Mapping[str, str] | None = None
    ) -> tuple[int, str, str]:
        return run_inside(*arguments, environment={**environment, **(variables or {})}, stdin=stdin)

    return run


@pytest.fixture
def run_offline(environment: Environment, run: Run) -> Run:
    """Run the command for a profile of which all is kept here, and the server is gone."""
    with EmbeddedServer(pace=0, seed=1) as server:
        environment |= {
            "RUNNEL_PROFILES__SHOP__API": "gpt-trainer",
            "RUNNEL_PROFILES__SHOP__BASE_URL": server.url,
            "RUNNEL_PROFILES__SHOP__TOKEN": DEMO_KEY,
            "RUNNEL_PROFILES__SHOP__CHATBOT": CHATBOT,
        }
        code, _, err = run("sync")
        assert code == 0, err
    return run


_ONE_BY_ONE = """
import json, sys
from tui.__main__ import main
for count in json.loads(sys.argv.pop(1)):
    words, left = sys.argv[1:count + 1], sys.argv[count + 1:]
    sys.argv[1:] = words
    assert main() == 0, words
    sys.argv[1:] = left
"""
"""Runs commands one behind the other; how many words each has is told first."""


@pytest.fixture
def run_process(environment: Environment) -> RunProcess:
    """Run commands in one process of their own, for what an interpreter decides at its start.

    Returns stdout and stderr of all of them, none of which fails.
    """

    def run(
        *commands: Sequence[str], stdin: bytes = b"", variables: Mapping[str, str]
    ) -> tuple[str, str]:
        counts = json.dumps([len(each) for each in commands])
        words = [os.fsencode(word) for each in commands for word in each]
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", _ONE_BY_ONE, counts, *words],
            env={**environment, **variables},
            input=stdin,
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert b"Traceback" not in done.stderr
        return done.stdout.decode(), done.stderr.decode()

    return run
