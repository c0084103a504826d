from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tui.ui.markdown.code import highlighted
from tui.ui.markdown.preparation import EXPECTED

CODE = "x = 1  # one\n"


def test_code_is_coloured_the_same_from_any_thread() -> None:
    alone = {language: highlighted(CODE, language) for language in EXPECTED}
    assert alone["python"].text == CODE
    with ThreadPoolExecutor(4) as pool:
        for language in EXPECTED:
            together = list(pool.map(highlighted, [CODE] * 8, [language] * 8))
            assert together == [alone[language]] * 8
