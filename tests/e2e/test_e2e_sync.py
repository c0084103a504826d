"""Sync as a process that is stopped and killed, and the one after it."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.e2e.conftest import Pipe, Run
from tests.e2e.terminal import TIMEOUT_S

pytestmark = pytest.mark.warm_start

SESSIONS = 30
HELD = 8
"""The number of the reading that does not end before the gate opens."""


class BigBot(ThreadingHTTPServer):
    """A host of the GPT-trainer family that notes which histories are read."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.read: list[str] = []
        self.is_reached = threading.Event()
        self.gate = threading.Event()

    @property
    def profile(self) -> dict[str, str]:
        """The variables of a profile on it."""
        return {
            "RUNNEL_PROFILES__BIG__API": "gpt-trainer",
            "RUNNEL_PROFILES__BIG__BASE_URL": f"http://127.0.0.1:{self.server_port}",
            "RUNNEL_PROFILES__BIG__TOKEN": "key",
            "RUNNEL_PROFILES__BIG__CHATBOT": "bot",
        }

    def answer(self, path: str) -> object:
        """Return what stands at `path`."""
        if path.endswith("/sessions"):
            return [_session(number) for number in range(SESSIONS)]
        if not path.endswith("/messages"):
            return {"uuid": "bot", "name": "Bot"} if "/chatbot/" in path else []
        session = path.split("/")[-2]
        self.read.append(session)
        if len(self.read) == HELD:
            self.is_reached.set()
            self.gate.wait(60)
        record = {"uuid": f"m{session}", "query": f"Question {session}", "response": "Yes."}
        return [record | {"created_at": "2026-01-02T10:00:00Z"}]


class _Handler(BaseHTTPRequestHandler):
    server: BigBot
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = json.dumps(self.server.answer(self.path)).encode()
        try:
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            pass  # whoever asked was killed

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's own
        return


def _session(number: int) -> dict[str, str]:
    return {
        "uuid": f"s{number}",
        "created_at": "2026-01-02T10:00:00Z",
        "modified_at": f"2026-01-03T10:{number:02}:00Z",
    }


@pytest.fixture
def bot() -> Iterator[BigBot]:
    with BigBot() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.gate.set()
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("sent", "code", "lost"), [(signal.SIGINT, 130, 0), (signal.SIGKILL, -signal.SIGKILL, 2)]
)
def test_a_sync_that_is_cut_off_is_gone_on_with(
    run: Run,
    pipe: Pipe,
    bot: BigBot,
    sent: signal.Signals,
    code: int,
    lost: int,
) -> None:
    first = pipe("sync", extra=bot.profile)
    assert bot.is_reached.wait(TIMEOUT_S)
    first.process.send_signal(sent)
    told = first.rest(TIMEOUT_S)[1].decode()
    bot.gate.set()
    assert first.process.returncode == code, told
    if sent is signal.SIGINT:
        assert told == (
            f"Copied {HELD - 1} sessions with {2 * (HELD - 1)} messages; 0 had not changed.\n"
            f"{SESSIONS - HELD + 1} are left; runnel sync goes on with them.\n"
        )
    bot.read.clear()
    again = run("sync", "--json", extra=bot.profile)
    assert again.returncode == 0, again.stderr
    # a kill may lose what was not written yet
    assert SESSIONS - HELD + 1 <= len(bot.read) <= SESSIONS - HELD + 1 + lost
    done = json.loads(again.stdout)
    assert done["copied"] + done["unchanged"] == SESSIONS
    bot.read.clear()
    last = json.loads(run("sync", "--json", extra=bot.profile).stdout)
    assert (last["copied"], last["unchanged"], bot.read) == (0, SESSIONS, [])
