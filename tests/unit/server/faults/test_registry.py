from __future__ import annotations

import re

from tui.server.faults import FAULTS, Group


def test_every_fault_has_a_name_of_its_own_and_says_what_it_does() -> None:
    names = [fault.name for fault in FAULTS]
    assert len(names) == len(set(names)) > 40
    for fault in FAULTS:
        assert re.fullmatch("[a-z]+(-[a-z]+)*", fault.name)
        assert fault.summary[0].isupper() or fault.summary[0].isdigit()
        assert fault.summary.endswith(".")
        assert fault.effects
        for argument in fault.arguments:
            assert re.fullmatch(argument.pattern, argument.default)
    assert {fault.group for fault in FAULTS} == set(Group)
