"""What anybody would write to see an answer come."""

import sys

import httpx

url, question = sys.argv[1:]
with (
    httpx.Client(trust_env=False, timeout=None) as client,
    client.stream("POST", url, json={"query": question}) as response,
):
    response.raise_for_status()
    for text in response.iter_text():
        print(text, end="", flush=True)
