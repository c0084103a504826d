import pytest

from tests.fakes import ScriptedBackend, assistant, user
from tests.ui.harness import stage
from tui.ui.dialogs.inspector import InspectorScreen


@pytest.mark.parametrize("size", [(40, 20), (100, 30)])
async def test_all_of_a_long_text_is_shown_in_as_many_rows_as_it_takes(
    size: tuple[int, int],
) -> None:
    words = " ".join(f"w{number}w" for number in range(40))
    backend = ScriptedBackend(histories={"s": [user("q", "Q"), assistant("a", words)]})
    async with stage(backend, size=size) as it:
        await it.open("s")
        await it.press("alt+up", "i")
        await it.until(lambda: isinstance(it.app.screen, InspectorScreen))
        await it.until(lambda: "Message a" in it.drawn)
        facts = it.app.screen.query_one(".facts")
        seen = it.drawn
        while facts.scroll_offset.y < facts.max_scroll_y:
            at = facts.scroll_offset.y
            await it.press("down")
            await it.until(lambda at=at: facts.scroll_offset.y > at)  # type: ignore[misc]
            seen += it.drawn
        assert all(f"w{number}w" in seen for number in range(40))
