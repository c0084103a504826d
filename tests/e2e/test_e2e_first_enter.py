"""A question typed and sent in the first frame, against a server that is slow to say anything."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.e2e.conftest import Open
from tui.ui.splash import PLACEHOLDER

ANSWER = b"Forty-two, in one piece."
LIMIT_S = 60


class SlowSite(ThreadingHTTPServer):
    """A GPT-trainer host with one chatbot, of which it tells when `tells` is set."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Calls)
        self.tells = threading.Event()
        self.asked: list[str] = []
        self.posts: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Calls(BaseHTTPRequestHandler):
    server: SlowSite

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        if self.path.endswith("/chatbots"):
            self.server.tells.wait(LIMIT_S)
            self._say(json.dumps([{"uuid": "b", "name": "Bot"}]).encode())
        elif self.path.endswith("/messages"):
            texts = {"query": "What is it?", "response": ANSWER.decode()}
            self._say(json.dumps([{"uuid": "m", **texts}]).encode())
        else:
            self._say(b"[]")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.server.posts.append(f"{self.path.rpartition('/')[2]} {body.decode()}")
        self._say(b'{"uuid": "s"}' if self.path.endswith("/create") else ANSWER)

    def _say(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[SlowSite]:
    with SlowSite() as site:
        serving = threading.Thread(target=site.serve_forever)
        serving.start()
        yield site
        site.tells.set()
        site.shutdown()
        serving.join()


def test_enter_in_the_first_frame_is_one_question_at_the_server(
    open_terminal: Open, site: SlowSite
) -> None:
    profile = {"API": "gpt-trainer", "BASE_URL": site.url, "TOKEN": "key"}
    variables = {f"RUNNEL_PROFILES__WORK__{name}": value for name, value in profile.items()}
    terminal = open_terminal(extra=variables)
    terminal.wait_for(PLACEHOLDER)
    terminal.send("What is it?\rand then")
    # seen before it is sent
    terminal.wait_for("What is it?")
    terminal.wait_for(lambda: bool(site.asked))
    terminal.wait_for(lambda: terminal.text.count("What is it?") > 1)
    terminal.wait_for("and then")
    assert site.posts == []
    site.tells.set()
    terminal.wait_for(ANSWER.decode())
    assert site.posts == ["create {}", 'stream {"query":"What is it?"}']
    assert sum(each.endswith("/chatbots") for each in site.asked) == 1
