from __future__ import annotations

from tests.tables import each_row
from tui.export.exported import told_of_forgotten


@each_row(
    ("count", "told"),
    [
        (1, "1 session forgotten here stays so: only the export has it."),
        (1_200, "1,200 sessions forgotten here stay so: only the export has them."),
    ],
)
def test_what_an_export_alone_has_is_told_of_one_as_of_one(count: int, told: str) -> None:
    assert told_of_forgotten(count) == told
