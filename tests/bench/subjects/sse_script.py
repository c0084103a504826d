"""What anybody would write to see an answer come that is told in server-sent events."""

import json
import sys

import httpx
from httpx_sse import connect_sse

url, question = sys.argv[1:]
body = {"content": question, "modelId": "bench-1", "userId": "u1"}
with (
    httpx.Client(trust_env=False, timeout=None) as client,
    connect_sse(client, "POST", url, json=body) as source,
):
    source.response.raise_for_status()
    for event in source.iter_sse():
        told = json.loads(event.data)
        if told["type"] == "token":
            print(told["token"], end="", flush=True)
        elif told["type"] == "complete":
            break
