"""The least that is a Textual app: what any of them needs until its first frame."""

from textual.app import App, ComposeResult
from textual.widgets import Static

from tests.bench.subjects import READY


class Empty(App[None]):
    def compose(self) -> ComposeResult:
        yield Static(READY)


if __name__ == "__main__":
    Empty().run()
