"""The stock Markdown widget of Textual, streamed into as its documentation says."""

from __future__ import annotations

import sys

import httpx
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Input, Markdown


class Stock(App[None]):
    def __init__(self, url: str, question: str) -> None:
        super().__init__()
        self._url = url
        self._question = question

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield Markdown()
        field = Input()
        field.cursor_blink = False
        yield field

    def on_mount(self) -> None:
        self.query_one(Input).focus()
        self.query_one(VerticalScroll).anchor()
        self.run_worker(self._read())

    async def _read(self) -> None:
        stream = Markdown.get_stream(self.query_one(Markdown))
        async with (
            httpx.AsyncClient(trust_env=False, timeout=None) as client,
            client.stream("POST", self._url, json={"query": self._question}) as response,
        ):
            async for text in response.aiter_text():
                await stream.write(text)
        await stream.stop()


def main() -> int:
    Stock(*sys.argv[1:]).run()
    return 0
