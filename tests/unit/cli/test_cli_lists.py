import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tui.backends.base import MAX_ROWS
from tui.cli.sessions import show
from tui.model import ALWAYS, Session
from tui.server import DEMO_EMAIL, DEMO_KEY, DEMO_PASSWORD, Edition, EmbeddedServer

Environment = dict[str, str]
Run = Callable[..., tuple[int, str, str]]

PREFIX = "RUNNEL_PROFILES__"
CHATBOT = "5f1d0a6c83b94e2f9a57c6de10b42a91"


@pytest.fixture(scope="module")
def newest() -> Iterator[EmbeddedServer]:
    with EmbeddedServer(pace=0, seed=1) as running:
        yield running


@pytest.fixture(scope="module")
def oldest() -> Iterator[EmbeddedServer]:
    with EmbeddedServer(pace=0, seed=1, edition=Edition.CHATWIZE_2023) as running:
        yield running


@pytest.fixture
def environment(
    environment: Environment, newest: EmbeddedServer, oldest: EmbeddedServer
) -> Environment:
    for name, server in (("NEW", newest), ("OLD", oldest)):
        environment |= {
            f"{PREFIX}{name}__API": "gpt-trainer",
            f"{PREFIX}{name}__BASE_URL": server.url,
            f"{PREFIX}{name}__TOKEN": DEMO_KEY,
            f"{PREFIX}{name}__CHATBOT": CHATBOT,
        }
    return environment | {
        f"{PREFIX}LAB__API": "hardwire",
        f"{PREFIX}LAB__BASE_URL": newest.url,
        f"{PREFIX}LAB__EMAIL": DEMO_EMAIL,
        f"{PREFIX}LAB__PASSWORD": DEMO_PASSWORD,
        f"{PREFIX}LAB__MODEL": "gpt-5.2",
    }


def made_at(run: Run, *arguments: str) -> list[datetime]:
    code, out, err = run("sessions", "--json", *arguments)
    assert code == 0, err
    return [datetime.fromisoformat(each["created_at"]) for each in json.loads(out)]


@pytest.mark.parametrize("profile", ["new", "old", "lab"])
def test_sessions_are_listed_by_when_they_were_made(run: Run, profile: str) -> None:
    everything = made_at(run, "--profile", profile)
    bound = datetime.now(UTC) - timedelta(days=10)
    recent = made_at(run, "--profile", profile, "--since", bound.isoformat())
    older = made_at(run, "--profile", profile, "--until", bound.isoformat())
    assert recent == [moment for moment in everything if moment >= bound]
    assert older == [moment for moment in everything if moment <= bound]
    assert recent
    assert older


def test_a_time_without_sessions_says_so(run: Run) -> None:
    code, out, err = run("sessions", "--profile", "new", "--until", "1990-01-01")
    assert (code, out, err) == (0, "", "No session was made in that time.\n")


@pytest.mark.parametrize(
    "arguments", [["--since", "soon"], ["--until", ""], ["--since", "1d", "--until", "2d"]]
)
def test_a_time_that_is_none_is_one_sentence(run: Run, arguments: list[str]) -> None:
    code, out, err = run("sessions", "--profile", "new", *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("runnel: ")
    assert len(err.splitlines()) == 2


@pytest.mark.parametrize(
    ("count", "note"), [(MAX_ROWS, f"newest {MAX_ROWS:,}.\n"), (MAX_ROWS - 1, "")]
)
def test_a_list_that_was_cut_says_so(
    capsys: pytest.CaptureFixture[str], count: int, note: str
) -> None:
    show([Session("s")] * count, ALWAYS, as_json=True)
    out, err = capsys.readouterr()
    assert len(json.loads(out)) == count
    assert err.endswith(note)
    assert bool(err) is bool(note)


def test_plain_text_is_the_servers_or_made_of_the_messages_in_the_same_form(run: Run) -> None:
    told = {}
    for profile in ("new", "old", "lab"):
        code, _, err = run("ask", "--profile", profile, "echo one\ntwo")
        assert code == 0
        session = err.split()[-1]
        code, told[profile], err = run("messages", "--profile", profile, session, "--plain")
        assert code == 0
        assert ("made here" in err) is (profile != "new")
    assert set(told.values()) == {"User: echo one\ntwo\nAssistant: one\ntwo\n"}


def test_plain_text_of_a_missing_session_is_not_found(run: Run) -> None:
    for profile in ("new", "old"):
        code, out, err = run("messages", "--profile", profile, "0" * 32, "--plain")
        assert (code, out) == (4, "")
        assert err.startswith("runnel: ")


def test_plain_text_is_no_json(run: Run) -> None:
    code, out, err = run("messages", "--plain", "--json", "s")
    assert (code, out) == (2, "")
    assert "exclude each other" in err
