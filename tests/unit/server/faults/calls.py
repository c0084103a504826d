"""Questions to a served API with faults on demand, as tests ask them."""

from __future__ import annotations

import httpx

from tui.server.demo import CHATBOTS

HEADER = "X-Runnel-Fault"


def new_session(client: httpx.Client) -> str:
    created = client.post(f"/chatbot/{CHATBOTS[0].id}/session/create").json()
    return f"/session/{created['uuid']}"


def ask(client: httpx.Client, session: str, query: str, fault: str = "") -> httpx.Response:
    headers = {HEADER: fault} if fault else {}
    return client.post(f"{session}/message/stream", json={"query": query}, headers=headers)


def hardwire_ask(client: httpx.Client, chat: str, content: str) -> httpx.Response:
    user = client.get("/auth/get-session").json()["user"]["id"]
    body = {"content": content, "modelId": "gpt-5.2", "userId": user}
    return client.post(f"{chat}/messages/stream", json=body)
