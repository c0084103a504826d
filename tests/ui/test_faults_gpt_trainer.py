from __future__ import annotations

import pytest

from tests.contract.fault_cases import Case
from tests.ui.fault_screens import CASES_OF, check

API = "gpt-trainer"


@pytest.mark.parametrize("case", CASES_OF[API], ids=str)
def test_a_fault_shows_with_its_cause_and_the_next_key_and_the_program_goes_on(case: Case) -> None:
    check(API, case)
