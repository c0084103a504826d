"""Questions queued in a real terminal, as the server has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from tests.e2e.conftest import Open, Server
from tests.e2e.test_e2e_typed import Questions
from tests.plain_http import plain_client

pytestmark = pytest.mark.warm_start


@pytest.fixture
def questions(server: Server) -> Iterator[Questions]:
    with plain_client(base_url=server.url) as client:
        yield Questions(client, server)


def test_what_is_queued_is_sent_after_the_answer_and_waits_after_a_stop(
    open_terminal: Open, profiles: Mapping[str, str], questions: Questions
) -> None:
    terminal = open_terminal(extra=profiles)
    terminal.wait_for("/Paper Lantern")
    terminal.send("fault silence 60\r")
    terminal.wait_for("streaming")
    terminal.send("echo two\recho three\r")
    terminal.wait_for("2 queued · sent after this answer")
    terminal.send("\x1b[A!\r")
    terminal.wait_for("echo three!")
    terminal.send("\x1b")
    terminal.wait_for("2 queued · waits for your word")
    assert questions.of_newest_sessions(1) == ["fault silence 60"]
    terminal.send("\r")
    terminal.wait_for(lambda: len(questions.of_newest_sessions(1)) == 3)
    assert questions.of_newest_sessions(1) == ["fault silence 60", "echo two", "echo three!"]
    terminal.wait_for(lambda: "queued" not in terminal.text.lower())
