from __future__ import annotations

from tests.tables import each_row
from tests.unit.ui.markdown.test_highlights import page_of, row_text
from tui.ui.markdown.targets import CodeTarget, LinkTarget, targets_of


def links(text: str, width: int = 60) -> list[tuple[str, str]]:
    """The places of links: what is shown from there on, and the address."""
    layout = page_of(text, width)
    return [
        (row_text(layout, target.row)[target.cell :].strip(), target.address)
        for target in targets_of(layout, 0, layout.height)
        if isinstance(target, LinkTarget)
    ]


def codes(text: str, first: int = 0, end: int = 1_000) -> list[CodeTarget]:
    layout = page_of(text, 60)
    return [target for target in targets_of(layout, first, end) if isinstance(target, CodeTarget)]


@each_row(
    ("text", "found"),
    [
        ("see [a **b** `c`](https://x.org/1)", [("a b c", "https://x.org/1")]),
        ("<https://x.org>", [("https://x.org", "https://x.org")]),
        ("see https://x.org/a", [("https://x.org/a", "https://x.org/a")]),
        ("[r][1]\n\n[1]: http://x.org", [("r", "http://x.org")]),
        ("| a |\n|---|\n| [t](http://x.org) |", [("t", "http://x.org")]),
        ("- [m](mailto:a@x.org)", [("m", "mailto:a@x.org")]),
        ("[a](HTTPS://x.org)", [("a", "HTTPS://x.org")]),
    ],
)
def test_links_are_found_wherever_they_stand(text: str, found: list[tuple[str, str]]) -> None:
    assert [(shown, at) for shown, at in links(text)] == found


def test_two_links_beside_each_other_are_two() -> None:
    assert links("[a](https://x.org)[b](https://y.org)") == [
        ("ab", "https://x.org"),
        ("b", "https://y.org"),
    ]


def test_a_link_that_goes_on_in_the_next_row_is_one() -> None:
    text = "[one two three four](https://x.org) and [five](https://x.org)"
    assert links(text, width=10) == [("one two", "https://x.org"), ("five", "https://x.org")]


def test_the_same_link_in_every_item_is_found_in_every_item() -> None:
    text = "- [a](https://x.org) x\n- [b](https://x.org) y\n"
    assert [shown for shown, _ in links(text)] == ["a x", "b y"]


@each_row(
    "target", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "ssh://x", "/x"]
)
def test_only_harmless_targets_are_found(target: str) -> None:
    assert [address for _, address in links(f"[a]({target}) and [b](https://x.org)")] == [
        "https://x.org"
    ]


def test_code_holds_no_links() -> None:
    assert links("`[a](https://x.org)`\n\n```\nhttps://x.org\n```") == []


def test_code_blocks_are_numbered_in_their_order() -> None:
    text = "```sh\none\n```\n\nand\n\n- item\n\n  ```\n  two\n  ```\n"
    assert [(target.index, target.count, target.shown) for target in codes(text)] == [
        (0, 2, "one"),
        (1, 2, "two"),
    ]


def test_of_a_code_block_that_begins_above_the_first_row_in_sight_counts() -> None:
    text = "```\n" + "line\n" * 20 + "```\n\nend\n"
    assert [target.row for target in codes(text, first=5, end=12)] == [5]
    assert codes(text, first=21) == []
