"""A plain Log widget of Textual, written to as the text comes."""

from __future__ import annotations

import sys

import httpx
from textual.app import App, ComposeResult
from textual.widgets import Input, Log


class PlainLog(App[None]):
    def __init__(self, url: str, question: str) -> None:
        super().__init__()
        self._url = url
        self._question = question

    def compose(self) -> ComposeResult:
        yield Log()
        field = Input()
        field.cursor_blink = False
        yield field

    def on_mount(self) -> None:
        self.query_one(Input).focus()
        self.run_worker(self._read())

    async def _read(self) -> None:
        log = self.query_one(Log)
        async with (
            httpx.AsyncClient(trust_env=False, timeout=None) as client,
            client.stream("POST", self._url, json={"query": self._question}) as response,
        ):
            async for text in response.aiter_text():
                log.write(text)


def main() -> int:
    PlainLog(*sys.argv[1:]).run()
    return 0
