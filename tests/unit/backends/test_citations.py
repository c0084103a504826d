from __future__ import annotations

from tests.tables import each_row
from tui.backends.citations import citations_of
from tui.backends.hardwire.answer_events import message_of
from tui.model import CitationsPart

ADDRESS = "https://x.example/a"


@each_row(
    ("entry", "title", "url"),
    [
        ({"url": ADDRESS, "title": "T", "description": "D"}, "T", ADDRESS),
        ({"url": ADDRESS}, ADDRESS, ADDRESS),
        ({"url": ADDRESS, "title": None}, ADDRESS, ADDRESS),
        ({"url": ADDRESS, "title": ""}, ADDRESS, ADDRESS),
        ({"url": ADDRESS, "title": " \u200b\u202e\n"}, ADDRESS, ADDRESS),
        ({"url": ADDRESS, "title": {"en": "T"}}, ADDRESS, ADDRESS),
        ({"url": "file:///srv/a.pdf"}, "file:///srv/a.pdf", ""),
        ({"url": "javascript:alert(1)", "title": ""}, "javascript:alert(1)", ""),
        ({"link": ADDRESS, "name": "N"}, "N", ADDRESS),
        ({"title": ""}, "Source 1", ""),
        ({"url": 7, "title": []}, "Source 1", ""),
        ({}, "Source 1", ""),
        (ADDRESS, ADDRESS, ADDRESS),
        ("A book", "A book", ""),
    ],
)
def test_a_source_of_any_shape_has_a_title(entry: object, title: str, url: str) -> None:
    (citation,) = citations_of([("", entry)])
    assert (citation.title, citation.url) == (title, url)
    message = message_of({"id": "m", "role": "assistant", "sources": [None, entry, "", 3]})
    assert message is not None
    (part,) = message.parts
    assert isinstance(part, CitationsPart)
    assert part.citations == (citation,)


def test_sources_without_anything_are_told_apart_by_their_numbers() -> None:
    titles = [each.title for each in citations_of([("", {}), ("", "A"), ("", {"title": None})])]
    assert titles == ["Source 1", "A", "Source 3"]
