"""What is typed or pasted into a real terminal, as the server has it."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from functools import partial

import httpx
import pytest

from tests.e2e.conftest import Open, Server
from tests.fuzz import FUZZ
from tests.plain_http import plain_client
from tests.ui.chat.test_typed_is_sent import any_text
from tui.safe_text import sendable

pytestmark = pytest.mark.warm_start

TEXTS = 6 * FUZZ


@pytest.fixture
def questions(server: Server) -> Iterator[Questions]:
    with plain_client(base_url=server.url) as client:
        yield Questions(client, server)


class Questions:
    """What a server was asked, exactly."""

    def __init__(self, client: httpx.Client, server: Server) -> None:
        self._client = client
        self._bot = server.bot
        client.headers["Authorization"] = f"Bearer {server.key}"

    def of_newest_sessions(self, count: int) -> list[str]:
        sessions = self._client.get(f"/api/v1/chatbot/{self._bot}/sessions").json()
        newest = sorted(sessions, key=lambda each: str(each["created_at"]))[-count:]
        return [
            str(message["query"])
            for session in newest
            for message in self._client.get(f"/api/v1/session/{session['uuid']}/messages").json()
        ]

    def beginning_with(self, mark: str) -> list[str]:
        return [text for text in self.of_newest_sessions(3) if text.startswith(mark)]

    def has(self, mark: str) -> bool:
        return bool(self.beginning_with(mark))


def pieces(chance: random.Random, data: bytes) -> Iterator[bytes]:
    while data:
        size = chance.choice((1, 2, 3, 7, len(data)))
        yield data[:size]
        data = data[size:]


def test_any_text_arrives_at_the_server_as_it_was_typed_or_pasted(
    open_terminal: Open, profiles: Mapping[str, str], questions: Questions
) -> None:
    chance = random.Random(8)
    terminal = open_terminal(extra=profiles)
    terminal.wait_for("/Paper Lantern")
    for number in range(TEXTS):
        # as keys these are how a terminal of eight bits begins a sequence
        typed = re.sub("[\x80-\x9f]", "", any_text(chance, controls=False))
        pasted = any_text(chance, controls=True).replace("\x1b[201~", "")
        mark = f"echo {number} of the texts "
        wanted = mark + typed + sendable(pasted.replace("\r\n", "\n").replace("\r", "\n"))
        terminal.send("\x0e" + mark)
        for piece in pieces(chance, typed.encode()):
            terminal.send_bytes(piece)
        for piece in pieces(chance, f"\x1b[200~{pasted}\x1b[201~".encode()):
            terminal.send_bytes(piece)
        terminal.send("\r")
        terminal.wait_for(partial(questions.has, mark))
        assert questions.beginning_with(mark) == [wanted]
    # several of one read are sent one after the other
    asked = ["echo first of two", "echo second of two", "echo third"]
    terminal.send("\x0e" + "\r".join([*asked, ""]))
    terminal.wait_for(lambda: questions.of_newest_sessions(1) == asked)
