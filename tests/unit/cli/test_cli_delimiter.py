from __future__ import annotations

import csv
import io

import pytest

from tests.unit.cli.conftest import Environment, Run

TABLES = {
    "export": ("export", "--offline", "--format", "csv"),
    "search": ("search", "refund", "--csv"),
    "stats": ("stats", "--by", "label", "--csv"),
}


@pytest.mark.slow
def test_cells_are_told_apart_by_what_a_spreadsheet_of_the_country_wants(run_offline: Run) -> None:
    for arguments in TABLES.values():
        code, usual, err = run_offline(*arguments)
        assert code == 0, err
        rows = list(csv.reader(io.StringIO(usual)))
        assert len(rows) > 1
        for named, delimiter in ((",", ","), (";", ";"), ("tab", "\t")):
            code, out, err = run_offline(*arguments, "--delimiter", named)
            assert code == 0, err
            assert list(csv.reader(io.StringIO(out), delimiter=delimiter)) == rows


@pytest.mark.parametrize("command", ["export", "search", "stats", "sessions"])
def test_a_delimiter_is_for_tables_alone(profiles: Environment, run: Run, command: str) -> None:
    for named, told in ((";", "--delimiter is for CSV."), ("|", "is not one of")):
        code, out, err = run(command, "refund", "--delimiter", named)
        assert (code, out) == (2, "")
        assert told in err


def test_the_list_of_the_server_has_them_too(profiles: Environment, run: Run) -> None:
    # or the second list has titles that a slow machine had no time to read for the first
    assert run("sync")[0] == 0
    usual = list(csv.reader(io.StringIO(run("sessions", "--csv")[1])))
    out = run("sessions", "--csv", "--delimiter", ";")[1]
    assert list(csv.reader(io.StringIO(out), delimiter=";")) == usual
