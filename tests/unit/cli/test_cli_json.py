from __future__ import annotations

import json
import math

import pytest

from tests.tables import each_row
from tui.cli.output import write_json
from tui.safe_text import JsonValue, clean


@each_row(
    "value",
    [
        [],
        {},
        None,
        "é\u2028",
        [[], {}, [{}], {"a": []}],
        {"a": [1, -2.5, 1e300, 10**30, True, None], "b": {"c": 'x\n"y"\\ : , [1]'}},
        # no JSON by the letter, and shown all the same
        [math.nan, -math.inf],
        ["\ud800", "a\udc00b"],
    ],
)
def test_it_is_indented_as_the_library_does_it(
    capsys: pytest.CaptureFixture[str], value: JsonValue
) -> None:
    for indent in (None, 2):
        write_json(value, indent=indent)
        told = json.dumps(value, ensure_ascii=False, indent=indent)
        assert capsys.readouterr().out == clean(f"{told}\n")
