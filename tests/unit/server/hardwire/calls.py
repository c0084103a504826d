"""Calls to a served HardWire, as tests make them."""

from __future__ import annotations

import json
import uuid
from typing import Any

import httpx

MODEL = "gpt-5.2"


def user_id(client: httpx.Client) -> str:
    return str(client.get("/auth/get-session").json()["user"]["id"])


def send_body(client: httpx.Client, content: str) -> dict[str, object]:
    return {"content": content, "modelId": MODEL, "userId": user_id(client)}


def fresh_chat() -> str:
    return f"/chats/{uuid.uuid4()}"


def events_of(response: httpx.Response) -> list[dict[str, Any]]:
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/event-stream")
    frames = response.content.split(b"\n\n")
    assert frames.pop() == b""
    assert all(frame.startswith(b"data: ") and b"\n" not in frame for frame in frames)
    return [json.loads(frame[len(b"data: ") :]) for frame in frames]


def stream(client: httpx.Client, chat: str, content: str) -> list[dict[str, Any]]:
    return events_of(client.post(f"{chat}/messages/stream", json=send_body(client, content)))
