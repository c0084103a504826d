import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.unit.cli.conftest import CHATBOT, Environment, Run
from tui.cli.sessions import show
from tui.model import ALWAYS, Session
from tui.query import Document, Marks
from tui.safe_text import SafeText
from tui.server import DEMO_KEY, Edition, EmbeddedServer


@pytest.fixture(scope="module")
def oldest() -> Iterator[EmbeddedServer]:
    with EmbeddedServer(pace=0, seed=1, edition=Edition.CHATWIZE_2023) as running:
        yield running


@pytest.fixture(autouse=True)
def with_oldest(profiles: Environment, oldest: EmbeddedServer) -> None:
    """Add the profile `old` to those of the newest edition."""
    profiles |= {
        "RUNNEL_PROFILES__OLD__API": "gpt-trainer",
        "RUNNEL_PROFILES__OLD__BASE_URL": oldest.url,
        "RUNNEL_PROFILES__OLD__TOKEN": DEMO_KEY,
        "RUNNEL_PROFILES__OLD__CHATBOT": CHATBOT,
    }


def made_at(run: Run, *arguments: str) -> list[datetime]:
    code, out, err = run("sessions", "--json", *arguments)
    assert code == 0, err
    return [datetime.fromisoformat(each["created_at"]) for each in json.loads(out)]


@pytest.mark.parametrize("profile", ["work", "old", "lab"])
def test_sessions_are_listed_by_when_they_were_made(run: Run, profile: str) -> None:
    everything = made_at(run, "--profile", profile)
    bound = datetime.now(UTC) - timedelta(days=10)
    recent = made_at(run, "--profile", profile, "--since", bound.isoformat())
    older = made_at(run, "--profile", profile, "--until", bound.isoformat())
    assert recent == [moment for moment in everything if moment >= bound]
    assert older == [moment for moment in everything if moment <= bound]
    assert recent
    assert older


def test_who_a_session_is_held_with_is_masked_unless_it_is_asked_for(run: Run) -> None:
    def told(*arguments: str) -> str:
        code, out, err = run("sessions", "--json", "--profile", "work", *arguments)
        assert code == 0, err
        return out

    assert "Ada Lindqvist" in told("--show-lead")
    masked = told()
    assert "Lindqvist" not in masked
    assert '"value": "A… L…"' in masked
    assert "ip_address" not in told("--show-lead")
    code, _, err = run("sessions", "--show-lead", "--profile", "work")
    assert (code, "--show-lead goes with --json" in err) == (2, True)


def test_what_is_marked_here_is_told_and_named_by_its_own_name(
    capsys: pytest.CaptureFixture[str],
) -> None:
    marks = Marks("Mine", is_unread=True, is_flagged=True, tags=("todo",), note="Ask Bob")
    listed = [Document(Session("s", SafeText("Theirs")), marks=marks), Document(Session("t"))]
    show(listed, ALWAYS, as_json=True)
    marked, plain = json.loads(capsys.readouterr().out)
    assert (marked["title"], marked["marks"]) == (
        "Theirs",
        {
            "title": "Mine",
            "unread": True,
            "flagged": True,
            "archived": False,
            "tags": ["todo"],
            "note": "Ask Bob",
        },
    )
    assert not any(plain["marks"].values())
    show(listed, ALWAYS, as_json=False)
    assert "Mine" in capsys.readouterr().out


def test_what_only_this_machine_has_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    gone = Session("s", SafeText("Soup"), gone_at=datetime(2026, 11, 1, tzinfo=UTC))
    show([Document(gone), Document(Session("t", SafeText("Tea")))], ALWAYS, as_json=False)
    soup, tea = capsys.readouterr().out.splitlines()
    assert soup.endswith("Soup · deleted at the server · kept here")
    assert tea.endswith("Tea")


def test_a_time_without_sessions_says_so(run: Run) -> None:
    code, out, err = run("sessions", "--profile", "work", "--until", "1990-01-01")
    assert (code, out, err) == (0, "", "No session was made in that time.\n")


@pytest.mark.parametrize(
    "arguments", [["--since", "soon"], ["--until", ""], ["--since", "1d", "--until", "2d"]]
)
def test_a_time_that_is_none_is_one_sentence(run: Run, arguments: list[str]) -> None:
    code, out, err = run("sessions", "--profile", "work", *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("runnel: ")
    assert len(err.splitlines()) == 2


@pytest.mark.parametrize(("count", "note"), [(1_200, "newest 1,200.\n"), (1_199, "")])
def test_a_list_that_was_cut_says_so(
    capsys: pytest.CaptureFixture[str], count: int, note: str
) -> None:
    show([Document(Session("s"))] * count, ALWAYS, as_json=True, most=1_200)
    out, err = capsys.readouterr()
    assert len(json.loads(out)) == count
    assert err.endswith(note)
    assert bool(err) is bool(note)


def test_plain_text_is_the_servers_or_made_of_the_messages_in_the_same_form(run: Run) -> None:
    told = {}
    for profile in ("work", "old", "lab"):
        code, _, err = run("ask", "--profile", profile, "echo one\ntwo")
        assert code == 0
        session = err.split()[-1]
        code, told[profile], err = run("messages", "--profile", profile, session, "--plain")
        assert code == 0
        assert ("made here" in err) is (profile != "work")
    assert set(told.values()) == {"User: echo one\ntwo\nAssistant: one\ntwo\n"}


def test_plain_text_of_a_missing_session_is_not_found(run: Run) -> None:
    for profile in ("work", "old"):
        code, out, err = run("messages", "--profile", profile, "0" * 32, "--plain")
        assert (code, out) == (4, "")
        assert err.startswith("runnel: ")


def test_plain_text_is_no_json(run: Run) -> None:
    code, out, err = run("messages", "--plain", "--json", "s")
    assert (code, out) == (2, "")
    assert "cannot be combined" in err
