from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tables import each_row
from tui.model import ToolPart, ToolState
from tui.safe_text import JsonValue, SafeText, clean, clean_json
from tui.ui.cells import cell_len
from tui.ui.transcript.tool_head import tool_head


def part(
    arguments: JsonValue = None,
    result: JsonValue = None,
    state: ToolState = ToolState.DONE,
    duration_s: float | None = None,
    progress: str = "",
    name: str = "look",
) -> ToolPart:
    return ToolPart(0, SafeText(name), arguments, state, result, duration_s, SafeText(progress))


def head(tool: ToolPart, width: int = 90) -> str:
    return tool_head(tool, width).plain


@each_row(
    ("tool", "shown"),
    [
        (
            part({"sku": "A-7"}, [{"a": 1}] * 3, duration_s=0.4),
            '✓ look(sku="A-7") → 3 rows · 0.4 s',
        ),
        (part({}, [1]), "✓ look → 1 item"),
        (part(None, None), "✓ look · done"),
        (part({"n": 3, "on": True, "of": None}, 7), "✓ look(n=3, on=true, of=null) → 7"),
        (part({"ids": [1, 2], "by": {"a": 1}}, {}), "✓ look(ids=[2], by={…}) · done"),
        (part("Oslo", "7 degrees\nand rain"), "✓ look(Oslo) → 7 degrees"),
        (part({"q": "a\nb"}, {"rows": [{"a": 1}], "ok": True}), '✓ look(q="a b") → 1 row'),
        (part({}, {"degrees": 7, "sky": "grey"}), '✓ look → degrees=7, sky="grey"'),
        (part({}, '[{"a": 1}, {"a": 2}]'), "✓ look → 2 rows"),
        (part({}, "[not JSON"), "✓ look → [not JSON"),
        (
            part({}, {"code": 3, "error": "no route"}, ToolState.FAILED, 30.2),
            "✗ look → no route · failed · 30 s",
        ),
        (part({}, None, ToolState.RUNNING, 3.0, "40 %"), "● look · running · 3 s · 40 %"),
        (part({}, None, ToolState.RUNNING, 75.0), "● look · running · 1 min 15 s"),
        (part({}, None, ToolState.UNANSWERED), "– look · no result came"),
    ],
)
def test_a_call_is_told_on_one_line(tool: ToolPart, shown: str) -> None:
    assert head(tool) == shown


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("漢" * 99),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=12,
).map(clean_json)


@pytest.mark.slow
@given(
    VALUES,
    VALUES,
    st.sampled_from(ToolState),
    st.none() | st.floats(0, 10_000),
    st.text(max_size=80).map(clean),
    st.text(min_size=1, max_size=80).map(clean),
    st.integers(30, 160),
)
def test_a_head_is_one_line_that_fits_and_keeps_name_and_state(
    arguments: JsonValue,
    result: JsonValue,
    state: ToolState,
    duration_s: float | None,
    progress: str,
    name: str,
    width: int,
) -> None:
    tool = part(arguments, result, state, duration_s, progress, name.replace("\n", " "))
    shown = head(tool, width)
    assert "\n" not in shown
    assert cell_len(shown) <= width
    if not progress:
        told = {ToolState.RUNNING: "running", ToolState.FAILED: "failed"}
        assert told.get(state, "") in shown
