from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given

from tests.fuzz import PROFILE
from tests.tables import each_row
from tests.unit.export.values import HOSTILE, SESSIONS, document, everything
from tui.export.exported import ExportedSession
from tui.export.formats import Format
from tui.export.html_markdown import MAX_RENDERED_CHARS, html_of, web_address

_VOID = {"meta", "input", "br", "hr"}
_OF_PAGE = {
    "html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "h3", "h4", "p", "time",
    "div", "label", "input", "span", "button", "main", "article", "code", "dl", "dt", "dd",
    "section", "details", "summary", "pre", "ul", "ol", "li", "nav", "small", "script", "a",
}  # fmt: skip
_OF_MARKDOWN = {
    "h5", "h6", "blockquote", "table", "thead", "tbody", "tr", "th", "td", "em", "strong", "s",
    "hr", "br",
}  # fmt: skip
_ATTRIBUTES: dict[str, set[str]] = {
    "html": {"lang"},
    "meta": {"charset", "http-equiv", "content", "name"},
    "a": {"href", "rel", "class"},
    "div": {"class", "role", "hidden"},
    "label": {"for"},
    "input": {"id", "type", "autocomplete", "spellcheck"},
    "span": {"id", "role"},
    "button": {"id", "type", "aria-pressed"},
    "article": {"id", "aria-labelledby"},
    "h2": {"id"},
    "p": {"class"},
    "dl": {"class"},
    "ul": {"class"},
    "section": {"class"},
    "time": {"datetime"},
    "details": {"class", "open"},
    "nav": {"id", "aria-labelledby", "tabindex"},
    "ol": {"start"},
    "td": {"class"},
    "th": {"class"},
}


class Page(HTMLParser):
    """What a browser would find in a page."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data}")


@pytest.mark.slow
@given(exported=SESSIONS)
@PROFILE
def test_nothing_of_a_page_is_of_the_making_of_what_it_shows(exported: ExportedSession) -> None:
    page = Page(document(Format.HTML, exported, everything()))
    assert page.open == []
    assert {tag for tag, _ in page.elements} <= _OF_PAGE | _OF_MARKDOWN
    for tag, attributes in page.elements:
        assert attributes.keys() <= _ATTRIBUTES.get(tag, set()), (tag, attributes)
    addresses = [each["href"] or "" for _, each in page.elements if "href" in each]
    schemes = {urlsplit(each).scheme for each in addresses if not each.startswith("#")}
    assert schemes <= {"http", "https", "mailto"}
    assert [tag for tag, _ in page.elements].count("script") == 1
    assert [tag for tag, _ in page.elements].count("article") == 2


@each_row("text", HOSTILE)
def test_markdown_makes_elements_of_markdown_alone(text: str) -> None:
    page = Page(html_of(f"before\n\n{text}\n\nafter"))
    assert {tag for tag, _ in page.elements} <= _OF_PAGE | _OF_MARKDOWN
    assert "after" in "".join(page.words)


@each_row(
    ("address", "is_safe"),
    [
        ("https://e.example/a?b=1#c", True),
        ("HTTP://e.example", True),
        ("mailto:ada@e.example", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("data:text/html,x", False),
        ("vbscript:x", False),
        ("file:///etc/passwd", False),
        ("//e.example", False),
        ("/etc", False),
        ("", False),
        ("https://e.example/\u202e", False),
        ("https://e.example/a b", False),
        ("http://[", False),
    ],
)
def test_only_web_addresses_are_followed(address: str, is_safe: bool) -> None:
    assert bool(web_address(address)) is is_safe


def test_markdown_is_rendered_below_the_headings_of_the_page() -> None:
    html = html_of(
        "# One\n\n## Two\n\n###### Six\n\n| a |\n|--:|\n| 1 |\n\n3. x\n\n![alt](http://e)"
    )
    assert "<h4>One</h4>" in html
    assert "<h5>Two</h5>" in html
    assert "<h6>Six</h6>" in html
    assert '<td class="right">1</td>' in html
    assert '<ol start="3">' in html
    assert "<img" not in html
    assert '[<a href="http://e" rel="noopener noreferrer nofollow">alt</a>]' in html


def test_a_very_long_text_is_shown_as_it_was_written() -> None:
    assert html_of("*" * (MAX_RENDERED_CHARS + 1)).startswith('<div class="plain">***')
