from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.e2e.conftest import RUNNEL, Open, Pipe, Server
from tests.e2e.terminal import ENDING_S, TIMEOUT_S
from tests.e2e.warm_start import PYTHON

QUESTION = "echo nobody else may read this"
CTRL_Q = "\x11"
BOTH = pytest.mark.parametrize("profile", ["work", "lab"])

# a fault of our own below everything: the transport of a client raises what nobody expects
CRASHING = (
    *PYTHON,
    """
import asyncio, sys
import httpx
from tui.settings import checked_settings, read_source
from tui.ui.app import RunnelApp
from tui.wiring.connections import Wiring

class Crashing(httpx.AsyncBaseTransport):
    async def handle_async_request(self, request):
        secret = dict(request.headers), request.content
        raise RuntimeError("a fault of our own")

async def run(kind):
    source = read_source()
    settings = checked_settings(source)
    wiring = Wiring(settings, profile=sys.argv[2], wrap_transport=lambda _: Crashing())
    if kind == "app":
        app = RunnelApp(
            wiring.connect,
            wiring.profiles,
            wiring.first_profile,
            config_folder=source.folder,
            notices=(),
        )
        await app.run_async()
        sys.exit(app.return_code)
    connection = await wiring.connect(wiring.first_profile)
    await connection.backend.bots()

asyncio.run(run(sys.argv[1]))
""",
)


def secrets_of(server: Server) -> tuple[str, ...]:
    return server.key, server.password, "session_token=", "Bearer "


def assert_no_secret(text: str | bytes, server: Server) -> None:
    told = text if isinstance(text, str) else text.decode("utf-8", "replace")
    for secret in secrets_of(server):
        assert secret not in told


def test_the_process_list_holds_no_secret(
    environment: Mapping[str, str], server: Server, profiles: Mapping[str, str], tmp_path: Path
) -> None:
    if not Path("/proc/self/cmdline").exists():
        pytest.skip("this system has no /proc")
    with subprocess.Popen(
        [*RUNNEL, "--profile", "lab", "ask", "long"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=tmp_path,
        env={**environment, **profiles},
    ) as process:
        assert process.stdout is not None
        # the answer is coming, so every secret has been used
        assert process.stdout.read(1)
        line = Path(f"/proc/{process.pid}/cmdline").read_bytes()
        process.kill()
        process.wait(ENDING_S)
    assert b"ask" in line
    assert_no_secret(line, server)


@pytest.mark.warm_start
def test_a_fault_in_the_app_is_told_without_a_secret(
    open_terminal: Open, server: Server, profiles: Mapping[str, str]
) -> None:
    terminal = open_terminal("app", "work", command=CRASHING, extra=profiles, columns=200, rows=120)
    terminal.wait_for("Something in Runnel failed: RuntimeError")
    terminal.send("\x11")
    assert terminal.wait_exit() == 0
    assert_no_secret(bytes(terminal.raw), server)


@BOTH
def test_the_traceback_of_a_crash_of_a_command_holds_no_secret(
    pipe: Pipe, server: Server, profiles: Mapping[str, str], profile: str
) -> None:
    crashing = pipe("command", profile, command=CRASHING, extra=profiles)
    out, told = crashing.rest(TIMEOUT_S)
    assert crashing.process.returncode == 1
    assert b"a fault of our own" in told
    assert_no_secret(out + told, server)


@pytest.mark.warm_start
def test_the_app_writes_the_log_and_nothing_across_the_screen(
    open_terminal: Open, server: Server, profiles: Mapping[str, str], tmp_path: Path
) -> None:
    log = tmp_path / "runnel.log"
    terminal = open_terminal("--log", str(log), extra=profiles)
    terminal.wait_for("/Paper Lantern")
    terminal.send("echo good morning\r")
    terminal.wait_for(lambda: "◆ Paper Lantern" in terminal.text and "· ready" in terminal.text)
    terminal.send(CTRL_Q)
    assert terminal.wait_exit() == 0
    logged = log.read_text()
    assert "message/stream: HTTP 200, done" in logged
    assert "good morning" not in logged
    assert_no_secret(logged, server)
    assert b"event TextDelta" not in terminal.raw
