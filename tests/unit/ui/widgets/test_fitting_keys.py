from __future__ import annotations

from tests.tables import each_row
from tui.ui.widgets.key_footer import ShownKey, fitting

ROW = [
    (ShownKey(f"k{at}", label, description, True), rank)
    for at, (label, description, rank) in enumerate(
        [
            ("Enter", "Send", 3),
            ("Ctrl+J", "New line", 3),
            ("Esc", "Stop", 2),
            ("Ctrl+N", "New", 3),
            ("Ctrl+S", "Sessions", 3),
            ("漢", "字", 3),
            ("Ctrl+Q", "Quit", 3),
            ("F1", "Keys", 0),
            ("Ctrl+P", "Commands", 1),
            *((f"F{n}", f"Do something {n}", 3) for n in range(2, 10)),
        ]
    )
]
LEAST_LIKELY_TO_GO_FIRST = [key for key, _ in sorted(ROW, key=lambda each: each[1])]


@each_row("width", range(201))
def test_at_every_width_whole_keys_go_from_the_right_by_their_importance(width: int) -> None:
    shown = fitting(ROW, width)
    taken = sum(each.width_cells for each in shown)
    assert taken <= width
    assert {*shown} == {*LEAST_LIKELY_TO_GO_FIRST[: len(shown)]}
    assert shown == [key for key, _ in ROW if key in shown]
    left = LEAST_LIKELY_TO_GO_FIRST[len(shown) :]
    assert not left or left[0].width_cells > width - taken
