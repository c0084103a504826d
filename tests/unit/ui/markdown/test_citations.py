from tests.tables import each_row
from tests.unit.ui.markdown.test_highlights import page_of, row_text
from tui.ui.markdown.citations import citations_in
from tui.ui.markdown.targets import CitationTarget, targets_of

MARKERS = frozenset({"1", "3.4", "a漢"})


@each_row(
    ("text", "cited"),
    [
        ("as told [3.4].", ["3.4"]),
        ("both[3.4][1] of them", ["3.4", "1"]),
        ("**bold [1]** and *[3.4]*", ["1", "3.4"]),
        ("| a |\n|---|\n| x [1] |", ["1"]),
        ("- one [1]\n- two [1]", ["1", "1"]),
        ("[9.9] and [ 1 ] and [3.4", []),
        ("`[1]` and\n\n```\n[3.4]\n```", []),
        ("[1](https://x.org) and [1]\n\n[1]: https://x.org", []),
        ("漢[a漢]", ["a漢"]),
    ],
)
def test_citations_of_known_sources_are_found_but_in_code_and_links(
    text: str, cited: list[str]
) -> None:
    layout = page_of(text, 40)
    targets = [
        each for each in targets_of(layout, 0, 99, MARKERS) if isinstance(each, CitationTarget)
    ]
    assert [each.marker for each in targets] == cited
    for y in range(layout.height):
        for span in citations_in(layout.row(y), MARKERS):
            assert row_text(layout, y)[span.start : span.end] == f"[{span.marker}]"


def test_a_citation_is_told_by_its_cell() -> None:
    layout = page_of("漢字[1]", 40)
    assert [each.cell for each in targets_of(layout, 0, 9, MARKERS)] == [4]
