from __future__ import annotations

import time
from collections.abc import Iterator

import httpx
import pytest

from tests.plain_http import plain_client
from tests.waiting import LOOK_S
from tui.server import DEMO_KEY, EmbeddedServer
from tui.server.demo import CHATBOTS
from tui.server.scripted.operators import OPERATOR_SAYS, calls_operator

BOT = CHATBOTS[0].id
PATIENCE_S = 30


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with (
        EmbeddedServer(pace=0.05, seed=7) as server,
        plain_client(
            base_url=f"{server.url}/api/v1", headers={"Authorization": f"Bearer {DEMO_KEY}"}
        ) as opened,
    ):
        yield opened


def records(client: httpx.Client, session: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = client.get(f"/session/{session}/messages").json()
    return found


@pytest.mark.parametrize("way", ["stream", "non-stream"])
def test_an_operator_answers_later_in_the_record_of_the_silent_bot(
    client: httpx.Client, way: str
) -> None:
    session = client.post(f"/chatbot/{BOT}/session/create").json()["uuid"]
    asked = {"query": "May I speak to an operator?"}
    answer = client.post(f"/session/{session}/message/{way}", json=asked)
    assert answer.status_code == 200
    assert answer.text == "" if way == "stream" else answer.json() == {"response": ""}
    deadline = time.monotonic() + PATIENCE_S
    seen: list[object] = []
    while OPERATOR_SAYS not in seen and time.monotonic() < deadline:
        (record,) = records(client, session)
        assert record["query"] == asked["query"]
        assert record["error_message"] is None
        seen.append(record["response"])
        time.sleep(LOOK_S / 4)
    assert set(seen) <= {"", OPERATOR_SAYS}
    assert seen[-1] == OPERATOR_SAYS


def test_the_word_counts_where_no_other_chooses_the_answer() -> None:
    assert calls_operator("OPERATORS, please")
    assert not calls_operator("echo operator")
    assert not calls_operator("a table of operators")
    assert not calls_operator("cooperator")
