"""Citations of an answer, from the many shapes in which servers tell them."""

from __future__ import annotations

from collections.abc import Iterable

from tui.backends.json_reading import Object, line_at, text_at, web_address
from tui.model import Citation
from tui.safe_text import SafeText, clean, clean_line

MAX_EXCERPT_CHARS = 4_000

_TITLES = ("title", "name", "file_name")
_ADDRESSES = ("reference_source_link", "url", "link", "file_name")
_NONE = SafeText("")
_EXCERPTS = ("text", "description")


def citations_of(entries: Iterable[tuple[str, object]]) -> tuple[Citation, ...]:
    """Return one citation for each marker and entry; entries of no known shape are left out."""
    citations: list[Citation] = []
    for marker, entry in entries:
        # a text is an address or a title
        fields = {"title": entry, "url": entry} if isinstance(entry, str) and entry else entry
        if isinstance(fields, dict):
            citations.append(_citation(len(citations) + 1, clean_line(marker), fields))
    return tuple(citations)


def _citation(number: int, marker: SafeText, fields: Object) -> Citation:
    url = next((link for key in _ADDRESSES if (link := web_address(text_at(fields, key)))), _NONE)
    title = next((line for key in _TITLES if (line := line_at(fields, key))), _NONE)
    title = title or clean_line(url) or line_at(fields, "url") or SafeText(f"Source {number}")
    excerpt = next((text for key in _EXCERPTS if (text := text_at(fields, key))), "")
    return Citation(marker, title, url, clean(excerpt, MAX_EXCERPT_CHARS))
