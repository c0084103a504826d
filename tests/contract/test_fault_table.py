from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.contract.fault_cases import CASES, RESTART, fault_names
from tui.server.faults import FAULTS, Fault

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
ROWS = {
    name: (usage, what, case)
    for usage, name, what, case in re.findall(
        r"^\| `((\S+?)(?: [A-Z ]+)?)` \| (.+?) \| .+? \| `(.+?)` \|$", README, re.M
    )
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_readme_says_what_each_fault_does_and_where_it_is_tried(fault: Fault) -> None:
    usage, what, case = ROWS[fault.name]
    assert usage == fault.usage
    assert what.startswith(fault.what)
    tried = {str(each): each for each in (*CASES, RESTART)}
    assert fault.name in fault_names(tried[case])
