from __future__ import annotations

import csv
import io
import json

import pytest

from tests.unit.cli.conftest import Run


def test_what_is_kept_here_is_counted_in_every_form(run_offline: Run) -> None:
    code, out, err = run_offline("stats", "--by", "label", "--json")
    assert code == 0, err
    record = json.loads(out)
    total, groups = record["total"], record["groups"]
    exported = list(
        csv.DictReader(io.StringIO(run_offline("export", "--offline", "--format", "csv")[1]))
    )
    assert total["exchanges"] == sum(bool(each["question"]) for each in exported)
    assert total["tokens"] == sum(int(each["tokens"] or 0) for each in exported)
    assert total["thumbs_down"] == sum(each["feedback"] == "down" for each in exported) > 0
    for group in groups:
        named = [each for each in exported if (group["label"] or "") in each["labels"].split(", ")]
        assert group["exchanges"] == sum(bool(each["question"]) for each in named)

    rows = list(csv.DictReader(io.StringIO(run_offline("stats", "--by", "label", "--csv")[1])))
    assert [each["label"] for each in rows] == [*(each["label"] or "" for each in groups), "total"]
    assert [each["exchanges"] for each in rows][-1] == str(total["exchanges"])

    assert len(run_offline("stats", "--by", "label")[1].splitlines()) == len(groups) + 2
    alone = dict(line.rsplit(maxsplit=1) for line in run_offline("stats")[1].splitlines())
    assert alone["exchanges"].replace(",", "") == str(total["exchanges"])


def test_a_query_counts_what_it_finds(run_offline: Run) -> None:
    found = json.loads(run_offline("stats", "feedback:down", "--json")[1])["total"]
    assert found["exchanges"] == found["thumbs_down"] > 0
    code, _, err = run_offline("stats", "no-such-word-anywhere")
    assert code == 4
    assert "Nothing kept here matches" in err


@pytest.mark.parametrize(
    "arguments", [("--json", "--csv"), ("--by", "moon"), ("feedback:sideways",)]
)
def test_what_cannot_be_counted_is_told(run: Run, arguments: tuple[str, ...]) -> None:
    code, out, err = run("stats", *arguments)
    assert (code, out) == (2, "")
    assert err
