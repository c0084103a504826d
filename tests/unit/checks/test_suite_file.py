from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.fakes import assistant, user
from tui.checks.reading import read_suite
from tui.checks.suite_file import add_case

EXCHANGE = [user("q", "How much?"), assistant("a", "4 €.")]


@pytest.mark.parametrize("before", [None, "", '[[case]]\nname = "mine"\nask = "A?"'])
def test_of_cases_that_several_add_at_once_none_is_lost_or_named_like_another(
    tmp_path: Path, before: str | None
) -> None:
    path = tmp_path / "checks.toml"
    if before is not None:
        path.write_text(before)
    with ThreadPoolExecutor(8) as several:
        names = list(several.map(lambda _: add_case(path, [EXCHANGE]), range(16)))
    cases = [each.name for each in read_suite(path, {}).cases]
    assert len({*names}) == 16
    assert {*cases} == {*names, *(["mine"] if before else [])}
    assert len(cases) == 16 + bool(before)
