from __future__ import annotations

import json
import re

import pytest

from tests.unit.cli.conftest import Environment, Run

AGE = re.compile(r"From what is kept here, read by \d{4}-\d\d-\d\d \d\d:\d\d\.\n")


def test_lists_and_messages_are_there_without_the_server_and_tell_their_age(
    run_offline: Run,
) -> None:
    code, out, err = run_offline("sessions", "--offline", "--json")
    assert code == 0
    assert AGE.fullmatch(err)
    sessions = json.loads(out)
    assert len(sessions) > 5
    newest = sessions[0]["created_at"]
    found = run_offline("sessions", "--offline", "-q", "--since", newest, "messages:>0")[1]
    assert found.split() == [sessions[0]["id"]]

    code, out, err = run_offline("messages", "--offline", "--json", sessions[0]["id"])
    assert code == 0
    assert AGE.fullmatch(err)
    assert len(json.loads(out)) > 1
    code, out, err = run_offline("messages", "--offline", "--plain", sessions[0]["id"])
    assert (code, bool(out)) == (0, True)
    assert AGE.fullmatch(err)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "does"),
    [
        (("sessions",), "lists"),
        (("messages", "x"), "prints"),
        (("messages", "x", "--plain"), "prints"),
        (("export",), "exports"),
    ],
)
def test_where_the_server_cannot_be_reached_what_is_kept_is_offered(
    environment: Environment, run: Run, command: tuple[str, ...], does: str
) -> None:
    environment |= {
        "RUNNEL_PROFILES__SHOP__API": "gpt-trainer",
        "RUNNEL_PROFILES__SHOP__BASE_URL": "http://127.0.0.1:9",
        "RUNNEL_PROFILES__SHOP__TOKEN": "k",
    }
    code, out, err = run(*command)
    assert (code, out) == (1, "")
    assert f"--offline {does} what is kept here." in err
    code, _, err = run(*command, "--offline")
    assert code in (0, 4)
    assert "runnel sync" in err
    assert "No sessions yet" not in err


def test_the_embedded_server_is_not_told_to_be_synced(run: Run) -> None:
    code, out, err = run("sessions", "--offline")
    assert (code, out) == (0, "")
    assert "No session is kept here yet." in err
    assert "runnel sync" not in err
