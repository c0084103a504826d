from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.plain_http import plain_client
from tui.server import DEMO_KEY, Edition, EmbeddedServer
from tui.server.demo import BIG_CHATBOT, CHATBOTS

Record = dict[str, Any]


def sessions(gpt: httpx.Client) -> list[Record]:
    return [each for bot in CHATBOTS for each in gpt.get(f"/chatbot/{bot.id}/sessions").json()]


def records(gpt: httpx.Client) -> list[Record]:
    return [
        record
        for each in sessions(gpt)
        for record in gpt.get(f"/session/{each['uuid']}/messages").json()
    ]


def test_some_of_the_past_tells_an_operator_of_trouble_and_praise(gpt: httpx.Client) -> None:
    told = records(gpt)
    thumbs = [json.loads(each["feedback_json"]) for each in told if each["feedback_json"]]
    assert {each["type"] for each in thumbs} == {"like", "dislike"}
    assert any(each["comment"] for each in thumbs)
    assert {label["name"] for each in told for label in each["labels"]} >= {"refund", "billing"}
    assert sum(bool(each["detected_frustrations"]) for each in told) > 1
    assert sum(bool(each["error_message"]) for each in told) >= 1
    assert sum(each["finish_reason"] == "length" for each in told) >= 1
    assert sum(each["cite_data_json"] != "{}" for each in told) > 2


def test_some_sessions_say_who_they_are_held_with(gpt: httpx.Client) -> None:
    metas = [each["meta"] for each in sessions(gpt) if "meta" in each]
    assert 2 < len(metas) < len(sessions(gpt))
    assert all(meta["user"] and meta["ip_address"] for meta in metas)
    assert any(meta["auth_data"] for meta in metas)


@pytest.mark.parametrize("edition", list(Edition)[1:])
def test_older_editions_say_it_of_one_session_alone(edition: Edition) -> None:
    headers = {"Authorization": f"Bearer {DEMO_KEY}"}
    with (
        EmbeddedServer(pace=0, seed=7, edition=edition) as server,
        plain_client(base_url=f"{server.url}/api/v1", headers=headers) as client,
    ):
        listed = sessions(client)
        assert not any("meta" in each for each in listed)
        shown = [client.get(f"/session/{each['uuid']}").json()["meta"] for each in listed]
        assert sum(bool(meta["user"]) for meta in shown) > 2


def test_a_big_bot_is_there_on_demand_and_told_like_any_other() -> None:
    headers = {"Authorization": f"Bearer {DEMO_KEY}"}
    with (
        EmbeddedServer(pace=0, seed=7, sessions=300) as server,
        plain_client(base_url=f"{server.url}/api/v1", headers=headers) as client,
    ):
        first, *others = client.get("/chatbots").json()
        assert first["uuid"] == BIG_CHATBOT.id
        assert len(others) == len(CHATBOTS)
        listed = client.get(f"/chatbot/{BIG_CHATBOT.id}/sessions").json()
        assert len(listed) == 300
        told = client.get(f"/session/{listed[0]['uuid']}/messages").json()
        assert told[0]["query"]
        assert told[0]["labels"]
        assert client.get(f"/chatbot/{CHATBOTS[0].id}/sessions").json()[0]["uuid"] not in {
            each["uuid"] for each in listed
        }
