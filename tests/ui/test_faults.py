from __future__ import annotations

import pytest

from tests.contract.fault_cases import Case
from tests.ui.fault_screens import CASES_OF, check

TRIED = [(api, case) for api, cases in CASES_OF.items() for case in cases]


@pytest.mark.parametrize(("api", "case"), TRIED, ids=str)
def test_a_fault_shows_with_its_cause_and_the_next_key_and_the_program_goes_on(
    api: str, case: Case
) -> None:
    check(api, case)
