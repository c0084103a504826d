from __future__ import annotations

from tests.contract.fault_cases import CASES, RESTART, fault_names
from tests.fault_tables import README, fault_tables
from tests.tables import each_row
from tui.server.faults import FAULTS, Fault


def test_the_tables_of_the_readme_of_faults_are_those_of_the_registry() -> None:
    assert README.read_text(encoding="utf-8").endswith(f"\n\n{fault_tables()}")


@each_row("fault", FAULTS)
def test_each_fault_is_tried_by_a_case(fault: Fault) -> None:
    assert any(fault.name in fault_names(case) for case in (*CASES, RESTART))
