from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest

from tests.plain_http import plain_client
from tui.server import DEMO_KEY, Edition, EmbeddedServer
from tui.server.demo import CHATBOTS

PUBLIC = CHATBOTS[0].id
LATE = "2999-01-01T00:00:00.000Z"

Open = Callable[[Edition], httpx.Client]


@pytest.fixture(scope="module")
def at() -> Iterator[Open]:
    """A client of a server of an edition, started when first asked for."""
    clients: dict[Edition, httpx.Client] = {}
    with ExitStack() as stack:

        def client(edition: Edition) -> httpx.Client:
            if edition not in clients:
                server = stack.enter_context(EmbeddedServer(pace=0, seed=7, edition=edition))
                clients[edition] = stack.enter_context(
                    plain_client(
                        base_url=f"{server.url}/api/v1",
                        headers={"Authorization": f"Bearer {DEMO_KEY}"},
                    )
                )
            return clients[edition]

        yield client


def session(client: httpx.Client) -> str:
    return str(client.get(f"/chatbot/{PUBLIC}/sessions").json()[0]["uuid"])


@pytest.mark.parametrize(
    ("edition", "statuses"),
    [
        (Edition.NEWEST, [200, 200, 200]),
        (Edition.HUB_2024, [404, 200, 200]),
        (Edition.CHATWIZE_2023, [404, 404, 404]),
    ],
)
def test_an_edition_answers_the_routes_it_lacks_with_404(
    at: Open, edition: Edition, statuses: list[int]
) -> None:
    client = at(edition)
    known = session(client)
    answers = [
        client.get(f"/session/{known}/messages/plain-text"),
        client.get(f"/chatbot/{PUBLIC}/agents"),
        client.post(f"/session/{known}/delete"),
    ]
    assert [answer.status_code for answer in answers] == statuses
    missing = [answer for answer in answers if answer.status_code == 404]
    assert all(list(answer.json()) == ["error"] for answer in missing)
    assert client.get("/chatbots").status_code == 200


@pytest.mark.parametrize(
    ("edition", "status", "is_bounded"),
    [
        (Edition.NEWEST, 200, True),
        (Edition.HUB_2024, 200, False),
        (Edition.CHATWIZE_2023, 422, False),
    ],
)
def test_editions_take_pass_over_or_refuse_bounds_of_time(
    at: Open, edition: Edition, status: int, is_bounded: bool
) -> None:
    path = f"/chatbot/{PUBLIC}/sessions"
    answer = at(edition).get(path, params={"start_timestamp": LATE})
    assert answer.status_code == status
    if status == 200:
        assert (answer.json() == []) is is_bounded
    else:
        assert answer.json()[0]["loc"] == ["query", "start_timestamp"]
    assert at(edition).get(path).json()


def test_the_oldest_edition_tells_the_model_and_spells_citations_its_way(at: Open) -> None:
    newest, oldest = (
        [chatbot["meta"] for chatbot in at(edition).get("/chatbots").json()]
        for edition in (Edition.NEWEST, Edition.CHATWIZE_2023)
    )
    assert [meta["show_citations"] for meta in newest] == [True, True, False]
    assert [meta["show_citation"] for meta in oldest] == [True, True, False]
    assert all({"model", "prompt", "temperature"} <= meta.keys() for meta in oldest)
    assert not any({"model", "prompt", "temperature"} & meta.keys() for meta in newest)


def test_one_chatbot_limits_its_messages(at: Open) -> None:
    limits = [chatbot["meta"].get("rate_limit") for chatbot in
              at(Edition.NEWEST).get("/chatbots").json()]  # fmt: skip
    assert limits == [[20, 240], None, None]
