from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run
from tests.unit.export.schema_check import faults
from tui.server import DEMO_KEY

pytestmark = pytest.mark.usefixtures("profiles")


def ids(run: Run, profile: str) -> list[str]:
    return [each["id"] for each in json.loads(run("sessions", "--profile", profile, "--json")[1])]


@pytest.mark.parametrize("profile", ["work", "lab"])
def test_all_sessions_are_exported_newest_first_after_the_schema(run: Run, profile: str) -> None:
    code, out, err = run("export", "--profile", profile, "--format", "json")
    assert (code, err) == (0, "")
    schema = json.loads(run("export", "--schema")[1])
    assert [*faults(json.loads(out), schema, schema)] == []
    exported = json.loads(out)["sessions"]
    assert [each["id"] for each in exported] == ids(run, profile)
    assert all(each["messages"] for each in exported)
    assert "New session" not in {each["title"] for each in exported}


def test_sessions_by_their_ids_go_to_a_file_in_the_format_of_its_name(
    run: Run, tmp_path: Path
) -> None:
    second, first = ids(run, "work")[:2]
    heads = {"md": "*Exported", "json": "{", "jsonl": "{", "csv": "session,", "html": "<!doctype"}
    for ending, head in heads.items():
        file = tmp_path / f"sessions.{ending}"
        code, out, err = run("export", first, second, first, "-o", str(file))
        assert (code, out) == (0, "")
        assert err == f"Wrote 2 sessions to {file}.\n"
        text = file.read_bytes().decode()
        assert text.startswith(head)
        assert 0 < text.find(first) < text.find(second)
        assert file.stat().st_mode & 0o777 == 0o600
    assert sorted(each.name for each in tmp_path.glob(".runnel-*")) == []


def test_a_name_that_does_not_say_its_format_is_told_with_it(run: Run, tmp_path: Path) -> None:
    for name, told in (("a.HTM", "a.HTM"), ("a", "a as md"), ("a.txt", "a.txt")):
        code, _, err = run("export", "-o", str(tmp_path / name))
        assert code == 0
        assert err.splitlines()[-1].endswith(f"to {tmp_path / told}.")
    csv = ("--format", "csv")
    for name, named, told in (
        ("a.xls", (), "ends with .xls."),
        ("a.PDF", (), "ends with .pdf."),
        ("a.xlsx", csv, ""),
    ):
        code, out, err = run("export", "-o", str(tmp_path / name), *named)
        assert (code, out, told in err) == (0 if named else 2, "", True)
        assert (tmp_path / name).exists() is bool(named)


def test_a_file_that_is_there_is_overwritten_only_when_told_so(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "sessions.csv"
    file.write_text("mine", encoding="utf-8")
    code, out, err = run("export", "-o", str(file))
    assert (code, out, file.read_text()) == (2, "", "mine")
    assert err == (
        f"runnel: {file} is there already.\n"
        "Name another file with -o, or overwrite it with --force.\n"
    )
    assert run("export", "-o", str(file), "--force", "--bom")[0] == 0
    assert file.read_bytes().startswith(b"\xef\xbb\xbfsession,")
    rows = [*csv.reader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline=""))]
    assert len(rows) > len(ids(run, "work"))


def test_what_cannot_be_exported_leaves_nothing_behind(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "link").symlink_to(folder / "goal")
    os.mkfifo(folder / "pipe")
    before = sorted(folder.iterdir())
    for arguments, code, words in (
        (
            ["0" * 32, "-o", f"{folder}/new.md"],
            4,
            f"There is no session {'0' * 32}.",
        ),
        (["-o", f"{folder}/none/x.md"], 2, "No such file or directory"),
        (["-o", f"{folder}/link"], 2, "it is a link to another place"),
        (["-o", f"{folder}/pipe", "--force"], 2, "it is no ordinary file"),
        (["-o", str(folder), "--force"], 2, "a folder is there"),
        (["-o", f"{folder}/{'x' * 300}"], 2, "File name too long"),
        (["label:refund", "colour:red"], 2, "colour"),
        (["--bom"], 2, "--bom is for CSV."),
    ):
        told = run("export", *arguments)
        assert told[:2] == (code, "")
        assert words in told[2]
    assert sorted(folder.iterdir()) == before


def test_offline_exports_what_is_kept_here_and_asks_nobody(run: Run) -> None:
    code, out, _ = run(
        "export",
        "--offline",
        "--format",
        "jsonl",
        variables={"RUNNEL_PROFILES__WORK__BASE_URL": "http://127.0.0.1:9"},
    )
    # nothing is kept on disk by the tests
    assert (code, out) == (0, "")


def test_offline_leaves_out_sessions_that_are_only_listed_and_says_how_many(
    run: Run, tmp_path: Path
) -> None:
    # read without titles, which would be taken from the histories
    listed = run("sessions", "-q")[1].split()
    offline = ("export", "--offline", "--format", "jsonl")
    for each in (first := listed[0], second := listed[1]):
        assert run("messages", each)[0] == 0
    others = len(listed) - 2
    told = f"{others} sessions left out, of which nothing is kept here; runnel sync copies"
    for arguments in ((), ("messages:<999",)):
        code, out, err = run(*offline, *arguments)
        assert (code, told in err) == (0, True), err
        assert [json.loads(line)["id"] for line in out.splitlines()] == [first, second]
    file = tmp_path / "none.html"
    code, out, err = run("export", "--offline", listed[2], "-o", str(file))
    assert (code, out, file.exists()) == (4, "", False)
    assert "1 session left out, of which nothing is kept here" in err


def test_a_full_disk_is_one_sentence(run: Run) -> None:
    code, out, err = run("export", "-o", "/dev/full")
    assert (code, out) == (1, "")
    assert "The export cannot be written: No space left on device.\n" in err


def test_redacting_masks_a_session_and_says_what_on_stderr(run: Run) -> None:
    question = f"echo Mail ada@e.example or call +49 171 1234567, mine is {DEMO_KEY}"
    told = map(json.loads, run("ask", "--json", question)[1].splitlines())
    session = next(each["session"]["id"] for each in told if "session" in each)
    plain = run("export", session)[1]
    code, out, err = run("export", session, "--redact", "--format", "jsonl")
    assert "ada@e.example" in plain
    assert code == 0
    assert err.startswith("Masked: ")
    assert "× e-mail" in err
    assert "ada@e.example" not in out
    assert "1234567" not in out
    assert DEMO_KEY not in out
    assert "[e-mail 1]" in json.loads(out)["messages"][0]["text"]


def test_a_query_exports_what_it_finds_and_nothing_where_it_finds_none(
    run: Run, tmp_path: Path
) -> None:
    everything = json.loads(run("export", "--format", "json")[1])["sessions"]
    code, out, err = run("export", "--format", "json", "label:refund", "after:400d")
    found = json.loads(out)["sessions"]
    labels = [
        {
            label
            for each in session["messages"]
            for label in (each["facts"] or {"labels": []})["labels"]
        }
        for session in everything
    ]
    wanted = [
        session["id"]
        for session, said in zip(everything, labels, strict=True)
        if any("refund" in label for label in said)
    ]
    assert (code, err) == (0, "")
    assert [each["id"] for each in found] == wanted
    assert 0 < len(found) < len(everything)
    file = tmp_path / "none.csv"
    code, out, err = run("export", "-o", str(file), "before:1999-01-01")
    assert (code, out) == (4, "")
    assert err.startswith("runnel: No session matches.\n")
    assert not file.exists()
