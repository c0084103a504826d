"""The real command: in a terminal, as a process, against a server that is a process too."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.clean_environment import clean_environment
from tests.e2e.terminal import ENDING_S, Start, Terminal, start_anew
from tests.e2e.warm_process import Piped
from tests.e2e.warm_start import RUNNEL as RUNNEL
from tests.e2e.warm_start import WarmStarts, is_warm

Pipe = Callable[..., Piped]
Run = Callable[..., subprocess.CompletedProcess[str]]
Open = Callable[..., Terminal]


@dataclass(frozen=True, slots=True)
class Server:
    """A `runnel server` and what it said of itself."""

    url: str
    key: str
    email: str
    password: str
    bot: str = "5f1d0a6c83b94e2f9a57c6de10b42a91"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return an environment that leads to nothing of the person who runs the tests."""
    return clean_environment(tmp_path)


@pytest.fixture(scope="session")
def warm_starts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarmStarts]:
    base = tmp_path_factory.getbasetemp()
    # what the processes of a run share is one up
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "warm"
    folder.mkdir(exist_ok=True)
    with closing(WarmStarts(clean_environment(folder), folder)) as starts:
        yield starts


@pytest.fixture
def open_terminal(
    request: pytest.FixtureRequest, environment: dict[str, str], tmp_path: Path
) -> Iterator[Open]:
    """Return what opens `runnel ARGUMENTS` in a terminal, which ends with the test."""
    start_warm: Start = start_anew
    if request.node.get_closest_marker("warm_start") is not None:
        start_warm = request.getfixturevalue("warm_starts").start
    with ExitStack() as stack:

        def open_it(
            *arguments: str,
            extra: Mapping[str, str] | None = None,
            command: tuple[str, ...] = RUNNEL,
            columns: int = 120,
            rows: int = 36,
        ) -> Terminal:
            return stack.enter_context(
                Terminal(
                    [*command, *arguments],
                    {**environment, **(extra or {})},
                    folder=tmp_path,
                    columns=columns,
                    rows=rows,
                    start=start_warm if is_warm(command) else start_anew,
                )
            )

        yield open_it


@pytest.fixture
def pipe(warm_starts: WarmStarts, environment: dict[str, str], tmp_path: Path) -> Iterator[Pipe]:
    """Return what starts `runnel ARGUMENTS` between two pipes, warm; it ends with the test."""
    with ExitStack() as stack:

        def pipe_it(
            *arguments: str,
            extra: Mapping[str, str] | None = None,
            folder: Path = tmp_path,
            command: tuple[str, ...] = RUNNEL,
        ) -> Piped:
            environment_of_it = {**environment, **(extra or {})}
            piped = warm_starts.start_piped([*command, *arguments], environment_of_it, folder)
            return stack.enter_context(closing(piped))

        yield pipe_it


@pytest.fixture
def run(request: pytest.FixtureRequest, environment: dict[str, str], tmp_path: Path) -> Run:
    """Return what runs `runnel ARGUMENTS` to its end, without a terminal."""
    if request.node.get_closest_marker("warm_start") is not None:
        starts: WarmStarts = request.getfixturevalue("warm_starts")

        def run_warm(
            *arguments: str, extra: Mapping[str, str] | None = None, stdin: str = ""
        ) -> subprocess.CompletedProcess[str]:
            return starts.run(arguments, {**environment, **(extra or {})}, tmp_path, stdin)

        return run_warm

    def run_it(
        *arguments: str, extra: Mapping[str, str] | None = None, stdin: str = ""
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*RUNNEL, *arguments],
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            cwd=tmp_path,
            env={**environment, **(extra or {})},
            timeout=60,
            check=False,
        )

    return run_it


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, warm_starts: WarmStarts) -> Iterator[Server]:
    """Yield a `runnel server` of its own port, for all tests of the run."""
    folder = tmp_path_factory.mktemp("server")
    reading, writing = os.pipe()
    with os.fdopen(reading, encoding="utf-8") as said:
        command = [*RUNNEL, "server", "--port", "0", "--pace", "0.1"]
        environment = clean_environment(folder)
        process = warm_starts.start(command, environment, folder, writing, is_controlled=False)
        os.close(writing)
        try:
            told = "".join(said.readline() for _ in range(3))
            found = re.search(
                r"Listening at (\S+) .*\nGPT-trainer key: +(\S+)\n"
                r"HardWire sign-in: +(\S+), password (\S+)\n",
                told,
            )
            assert found, told
            yield Server(*found.groups())
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(ENDING_S)


@pytest.fixture
def profiles(server: Server) -> dict[str, str]:
    """Return variables for the profiles `work` (GPT-trainer) and `lab` (HardWire)."""
    return {
        "RUNNEL_DEFAULT_PROFILE": "work",
        "RUNNEL_PROFILES__WORK__API": "gpt-trainer",
        "RUNNEL_PROFILES__WORK__BASE_URL": server.url,
        "RUNNEL_PROFILES__WORK__TOKEN": server.key,
        "RUNNEL_PROFILES__WORK__CHATBOT": server.bot,
        "RUNNEL_PROFILES__LAB__API": "hardwire",
        "RUNNEL_PROFILES__LAB__BASE_URL": server.url,
        "RUNNEL_PROFILES__LAB__EMAIL": server.email,
        "RUNNEL_PROFILES__LAB__PASSWORD": server.password,
        "RUNNEL_PROFILES__LAB__MODEL": "lantern-large",
    }
