"""Markdown as HTML in which nothing but words and web addresses is of the text's own making.

HTML in a text is text. No element, attribute or scheme comes from it that is not named here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from tui.safe_text import SafeText, clean, linkable

MAX_RENDERED_CHARS = 200_000
"""A longer text is shown as it was written: what it takes to read one grows faster than it."""
_SCHEMES = frozenset(("http", "https", "mailto"))
_LEVELS_ABOVE = 3
"""Headings of the page: its title, a session, a message."""
_LOWEST_LEVEL = 6


def html_of(source: str) -> str:
    """Return Markdown as HTML for the inside of a message."""
    if len(source) > MAX_RENDERED_CHARS:
        return plain_html(source)
    # once more behind the decoder: an entity stands for any character
    html = _parser().render(source)
    return clean(html, max(1, 2 * len(html)))


def plain_html(text: str) -> str:
    """Return a text as it was written."""
    return f'<div class="plain">{escaped(text)}</div>\n'


def escaped(text: str) -> str:
    """Return a text as words of a page, or as the value of an attribute in double quotes."""
    return escape(clean(text, max(1, len(text))))


def web_address(address: str) -> str:
    """Return an address that can be followed from a page, empty when this one can not."""
    try:
        scheme = urlsplit(address).scheme.lower()
    except ValueError:
        return ""
    return linkable(address) if scheme in _SCHEMES else ""


def link(address: SafeText, words: str) -> str:
    """Return words that lead to an address, or the words alone where it leads nowhere safe."""
    href = web_address(address)
    return f"<a {_link_attributes(href)}>{escaped(words)}</a>" if href else escaped(words)


def _link_attributes(href: str) -> str:
    return f'href="{escape(href)}" rel="noopener noreferrer nofollow"'


class _Renderer(RendererHTML):
    """Renders tokens with attributes of ours alone."""

    @staticmethod
    def renderAttrs(token: Token) -> str:  # noqa: N802 - the library's name for it
        if token.type == "link_open":
            href = web_address(str(token.attrGet("href") or ""))
            return f" {_link_attributes(href)}" if href else ""
        if token.type == "ordered_list_open" and isinstance(start := token.attrGet("start"), int):
            return f' start="{start}"'
        if token.type in ("td_open", "th_open"):
            side = str(token.attrGet("style") or "").removeprefix("text-align:")
            return f' class="{side}"' if side in ("right", "center") else ""
        return ""

    def image(self, tokens: Sequence[Token], idx: int, options: object, env: object) -> str:
        """Return a picture as its words: a page that opens without a network loads none."""
        token = tokens[idx]
        words = "".join(_words(token.children or ())) or "picture"
        return f"[{link(SafeText(str(token.attrGet('src') or '')), words)}]"

    def fence(self, tokens: Sequence[Token], idx: int, options: object, env: object) -> str:
        token = tokens[idx]
        language = token.info.strip().partition(" ")[0]
        head = f'<div class="language">{escape(language)}</div>' if language else ""
        return f"{head}<pre><code>{escape(token.content)}</code></pre>\n"

    def code_block(self, tokens: Sequence[Token], idx: int, options: object, env: object) -> str:
        return f"<pre><code>{escape(tokens[idx].content)}</code></pre>\n"

    def code_inline(self, tokens: Sequence[Token], idx: int, options: object, env: object) -> str:
        return f"<code>{escape(tokens[idx].content)}</code>"

    def heading_open(self, tokens: Sequence[Token], idx: int, options: object, env: object) -> str:
        return f"<{_lowered(tokens[idx].tag)}>"

    def heading_close(self, tokens: Sequence[Token], idx: int, options: object, env: object) -> str:
        return f"</{_lowered(tokens[idx].tag)}>\n"


def _lowered(tag: str) -> str:
    return f"h{min(_LOWEST_LEVEL, int(tag[1:]) + _LEVELS_ABOVE)}"


def _words(tokens: Iterable[Token]) -> Iterable[str]:
    for token in tokens:
        yield token.content if not token.children else "".join(_words(token.children))


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": True}, renderer_cls=_Renderer)
    parser.enable(["table", "strikethrough", "linkify"])
    if parser.linkify is not None:
        # words with a dot in them are no addresses
        parser.linkify.set({"fuzzy_link": False, "fuzzy_email": False})
    return parser
