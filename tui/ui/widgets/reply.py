"""One text part of an answer, drawn as Markdown."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import Markdown

from tui.ui.markdown_source import parser
from tui.ui.widgets.plain import Plain

# The stock Markdown widget lays out a thousand blocks in about ten seconds.
MARKDOWN_CHARS = 60_000
MARKDOWN_LINES = 1_000
PLAIN_CHARS = 200_000
PLAIN_LINES = 5_000


class Reply(Widget):
    """A text that grows by `write` and is whole after `finish`."""

    DEFAULT_CSS = """
    Reply { height: auto; width: 1fr; margin: 1 0 0 0; }
    Reply:first-child { margin: 0; }
    Reply > Markdown { padding: 0; margin: 0; background: transparent; }
    Reply MarkdownHeader { content-align: left middle; margin: 0 0 1 0; text-style: bold; }
    Reply MarkdownH1 { text-style: bold underline; }
    Reply MarkdownParagraph { margin: 0 0 1 0; }
    Reply MarkdownFence { margin: 0 0 1 0; background: $surface; }
    Reply MarkdownFence:light { background: $surface; }
    Reply MarkdownFence > Label { padding: 0 2; }
    Reply MarkdownFence:ansi { margin: 0 0 1 0; }
    Reply MarkdownFence:ansi > Label { padding: 0 2; }
    Reply MarkdownList MarkdownParagraph { margin: 0; }
    Reply MarkdownTable { margin: 0 0 1 0; }
    """

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self._text = text
        self._drawn = 0
        self._plain: Plain | None = None

    @property
    def text(self) -> str:
        """The source of what is shown."""
        return self._text

    def compose(self) -> ComposeResult:
        yield Markdown(parser_factory=parser, open_links=False)

    async def on_mount(self) -> None:
        await self._draw()

    async def write(self, text: str) -> None:
        """Add to the end."""
        self._text += text
        await self._draw()

    async def finish(self, text: str) -> None:
        """Show `text` as the whole; a text that is shown already costs nothing."""
        if text == self._text:
            return
        if text.startswith(self._text):
            await self.write(text[len(self._text) :])
            return
        self._text, self._drawn = text, 0
        if self._plain is None:
            await self.query(Markdown).remove()
            await self.mount(Markdown(parser_factory=parser, open_links=False))
        await self._draw()

    async def _draw(self) -> None:
        if not self.is_attached:
            return
        if self._plain is None and _is_long(self._text):
            await self._go_plain("Shown as plain text because it is long.")
        elif self._plain is not None:
            self._plain.update(_shown(self._text))
        else:
            await self._draw_markdown()

    async def _draw_markdown(self) -> None:
        fresh = self._text[self._drawn :]
        if not fresh:
            return
        self._drawn = len(self._text)
        try:
            # always append, from empty: the stock widget mixes badly with update
            await self.query_one(Markdown).append(fresh)
        except Exception:  # noqa: BLE001 - the parser's and the widget's code is not ours
            await self._go_plain("Shown as plain text: it could not be drawn.")

    async def _go_plain(self, reason: str) -> None:
        """Show the text as it is, and say why."""
        self._plain = Plain(_shown(self._text))
        await self.query(Markdown).remove()
        await self.mount(Plain(f"{reason} y copies all of it.", classes="note"), self._plain)


def _is_long(text: str) -> bool:
    return len(text) > MARKDOWN_CHARS or text.count("\n") > MARKDOWN_LINES


def _shown(text: str) -> str:
    """Return the beginning that can be laid out in bearable time, and how much is cut."""
    kept = "\n".join(text[:PLAIN_CHARS].split("\n", PLAIN_LINES)[:PLAIN_LINES])
    if len(kept) == len(text):
        return text
    return f"{kept}\n… {len(text) - len(kept):,} more characters"
