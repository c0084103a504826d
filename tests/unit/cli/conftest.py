import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import httpx
import pytest

from tests.command_line import run_inside
from tests.e2e.conftest import warm_starts as warm_starts
from tui.server import DEMO_EMAIL, DEMO_KEY, DEMO_PASSWORD, EmbeddedServer

ROOT = Path(__file__).parents[3]
CHATBOT = "5f1d0a6c83b94e2f9a57c6de10b42a91"
SHOP_FILE = "shop.json"

Environment = dict[str, str]
Run = Callable[..., tuple[int, str, str]]
RunProcess = Callable[..., tuple[str, str]]


def environment_of(home: Path) -> Environment:
    kept = {
        key: value
        for key, value in os.environ.items()
        # bytecode of what is started again and again is kept
        if not key.startswith("RUNNEL_") and key != "PYTHONDONTWRITEBYTECODE"
    }
    return {
        **kept,
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_DATA_HOME": str(home / "data"),
        "PYTHONPATH": str(ROOT),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "PYTHONUTF8": "1",
    }


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return environment_of(tmp_path)


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


@pytest.fixture(scope="session")
def synced_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a home folder in which all of the profile `shop` is kept, for tests to copy."""
    base = tmp_path_factory.getbasetemp()
    # what the processes of a run share is one up
    home = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "synced"
    home.mkdir(exist_ok=True)
    with socket.socket() as nobody:
        with (home / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (home / SHOP_FILE).exists():
                sync_into(home)
            # each process of a run holds the address: a server of another test may get it else
            for option in (socket.SO_REUSEADDR, socket.SO_REUSEPORT):
                nobody.setsockopt(socket.SOL_SOCKET, option, 1)
            url = json.loads((home / SHOP_FILE).read_text())["RUNNEL_PROFILES__SHOP__BASE_URL"]
            nobody.bind(("127.0.0.1", httpx.URL(url).port))
        yield home


def sync_into(home: Path) -> None:
    """Keep all of a server in a home folder, beside the variables of the profile."""
    with EmbeddedServer(pace=0, seed=1) as server:
        shop = {
            "RUNNEL_DEFAULT_PROFILE": "shop",
            "RUNNEL_PROFILES__SHOP__API": "gpt-trainer",
            "RUNNEL_PROFILES__SHOP__BASE_URL": server.url,
            "RUNNEL_PROFILES__SHOP__TOKEN": DEMO_KEY,
            "RUNNEL_PROFILES__SHOP__CHATBOT": CHATBOT,
        }
        code, _, err = run_inside("sync", environment=environment_of(home) | shop)
        assert code == 0, err
    (home / SHOP_FILE).write_text(json.dumps(shop))


@pytest.fixture
def run_offline(environment: Environment, run: Run, synced_home: Path) -> Run:
    """Run the command for a profile of which all is kept here, and the server is gone."""
    shutil.copytree(synced_home, environment["HOME"], dirs_exist_ok=True)
    environment |= json.loads((synced_home / SHOP_FILE).read_text())
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
