from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from tests.e2e.hostile_texts import leaks
from tests.tables import each_row
from tests.unit.backends.http.socket_servers import read_head, serving
from tests.unit.cli.conftest import Environment, Run
from tui.cli.doctor import fitted
from tui.server import EmbeddedServer

SECRET = "s3cret-never-shown"
EMAIL = "somebody@people.example"
NETWORK = (
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
)


@pytest.fixture
def environment(environment: Environment) -> Environment:
    return {key: value for key, value in environment.items() if key.upper() not in NETWORK}


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedServer]:
    with EmbeddedServer(pace=0) as running:
        yield running


def lab(base_url: str) -> dict[str, str]:
    about = {"API": "hardwire", "BASE_URL": base_url, "EMAIL": EMAIL, "PASSWORD": SECRET}
    return {f"RUNNEL_PROFILES__LAB__{key}": value for key, value in about.items()}


@each_row("columns", [0, 24, 40, 80])
def test_long_lines_are_cut_between_words_and_their_rest_is_set_in(columns: int) -> None:
    text = "Title\n\n  " + "a word and another " * 9 + "\n! " + "x" * 90 + "\n"
    shown = fitted(text, columns)
    assert shown.split() == text.split()
    if not columns:
        assert shown == text.replace(" \n", "\n") or shown == text
        return
    rows = shown.splitlines()
    assert all(len(row) <= columns or "x" * 90 in row for row in rows)
    assert all(row.startswith(("  ", "! ")) for row in rows[2:])


def page(run: Run, *arguments: str, **variables: str) -> tuple[int, list[str]]:
    """Return exit code and lines, whatever is told of safety."""
    code, out, err = run("doctor", *arguments, variables=variables)
    assert SECRET not in out + err
    assert EMAIL not in out + err
    assert leaks((out + err).encode(), is_terminal=False) == []
    return code, out.splitlines()


def problems(lines: list[str]) -> list[str]:
    return [line[2:] for line in lines if line.startswith("!")]


def closed_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port


def test_a_server_that_is_there_is_told_with_its_time_and_clock(
    run: Run, server: EmbeddedServer, tmp_path: Path
) -> None:
    code, lines = page(run, **lab(server.url))
    text = "\n".join(lines)
    assert (code, problems(lines)) == (0, [])
    assert lines[0] == "Runnel doctor"
    assert lines[-1] == "Nothing is wrong."
    assert f"\nProfile lab (hardwire, {server.url})\n  password from the settings\n" in text
    assert re.search(r"\n  answers after 0\.\d+ s \(HTTP 404 is answer enough\)\n", text)
    assert "  its clock and the one here agree" in text
    assert "Runnel 0." in text
    assert "Textual 8." in text
    # the name of the home folder is that of a person
    assert str(tmp_path) not in text
    assert "  no file ~/config/runnel/config.toml" in lines


def test_without_a_profile_the_embedded_server_is_looked_at(run: Run) -> None:
    code, lines = page(run)
    assert code == 0
    assert [line for line in lines if line.startswith("Profile")] == [
        "Profile demo-hardwire (hardwire, embedded server)",
        "Profile demo-gpt (gpt-trainer, embedded server)",
    ]


def test_choices_that_cannot_be_read_are_a_problem_and_stay(run: Run, tmp_path: Path) -> None:
    kept = tmp_path / "state" / "runnel" / "choices.json"
    kept.parent.mkdir(parents=True)
    kept.write_text("{")
    code, lines = page(run)
    assert "  in ~/state/runnel: choices.json (1 B)" in lines
    problem = "~/state/runnel/choices.json cannot be used: the next choice makes it"
    assert (code, problems(lines)) == (1, [f"{problem} choices.json.broken."])
    assert kept.read_text() == "{"


def test_nothing_listening_is_one_problem_and_exit_code_1(run: Run) -> None:
    url = f"http://127.0.0.1:{closed_port()}"
    code, lines = page(run, **lab(url))
    assert (code, problems(lines)) == (1, [f"Cannot reach {url} (connection refused)."])
    assert lines[-1] == "1 problem, marked with !"


@pytest.mark.parametrize("expires_at", [None, datetime(2020, 1, 2, tzinfo=UTC)])
def test_a_certificate_nobody_vouches_for_says_why_and_whose_it_is(
    run: Run, expires_at: datetime | None
) -> None:
    authority = trustme.CA(organization_name="Nosy \x1b[31mCompany")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(
        "127.0.0.1", not_before=datetime(2019, 1, 1, tzinfo=UTC), not_after=expires_at
    ).configure_cert(tls)

    def answer(client: socket.socket) -> None:
        with tls.wrap_socket(client, server_side=True):
            client.recv(1)

    with serving(answer) as port:
        code, lines = page(run, **lab(f"https://127.0.0.1:{port}"))
    [problem] = problems(lines)
    assert code == 1
    assert problem.startswith(f"The certificate of https://127.0.0.1:{port} is not valid (")
    [shown] = [line for line in lines if line.startswith("  it shows TLSv1.")]
    assert "issued by Nosy" in shown
    assert expires_at is None or shown.endswith("until 2020-01-02")


@pytest.mark.parametrize("user", ["", f"me:{SECRET}@"])
def test_the_way_to_another_machine_is_told_without_passwords(
    run: Run, tmp_path: Path, user: str
) -> None:
    file = tmp_path / "authority.pem"
    trustme.CA().cert_pem.write_to_path(str(file))
    proxy = f"127.0.0.1:{closed_port()}"
    variables = {"HTTPS_PROXY": f"http://{user}{proxy}", "RUNNEL_CA_FILE": str(file)}
    code, lines = page(run, **lab("https://lab.runnel.test"), **variables)
    assert code == 1
    assert f"  through the proxy http://{'•••@' if user else ''}{proxy}" in lines
    assert "  certificates believed: the usual authorities, ca_file (~/authority.pem)" in lines
    assert problems(lines) == [
        f"The proxy http://{proxy} does not answer, so https://lab.runnel.test cannot be reached."
    ]


def test_a_server_without_tls_is_told_from_one_that_is_away(
    run: Run, server: EmbeddedServer
) -> None:
    code, lines = page(run, **lab(server.url.replace("http", "https")))
    assert code == 1
    assert problems(lines) == [
        f"The TLS connection to {server.url.replace('http', 'https')} failed."
    ]


@each_row(
    ("head", "said"),
    [
        (
            "200 OK\r\ndate: Thu, 01 Jan 2015 00:00:00 GMT",
            r"the clock here is [\d,]+ s ahead of the server's: set it right",
        ),
        (
            "200 OK\r\ndate: Thu, 01 Jan 2099 00:00:00 GMT",
            r"the clock here is [\d,]+ s behind the server's: set it right",
        ),
        ("503 Gone \x1b[31m", r"answers after [\d.]+ s \(HTTP 503\)"),
        ("\x1b]52;c;aGk=\x07", r"The connection to \S+ broke before an answer came\."),
    ],
)
def test_a_wrong_clock_and_answers_of_any_kind(run: Run, head: str, said: str) -> None:
    def answer(client: socket.socket) -> None:
        read_head(client)
        fields = f"{head}\r\nserver: \x1b[31mEVIL\r\ncontent-length: 0\r\n\r\n"
        client.sendall(f"HTTP/1.1 {fields}".encode())

    with serving(answer) as port:
        code, lines = page(run, **lab(f"http://127.0.0.1:{port}"))
    [problem] = problems(lines)
    assert code == 1
    assert re.fullmatch(said, problem)


@pytest.mark.parametrize(
    ("toml", "count"),
    [
        ("= =", 1),
        (f'them = 1\n[profiles.lab]\napi = "hardwire"\nbase_url = "x"\npasword = "{SECRET}"', 2),
        ('theme = "runnel-drak"\n[keys]\n"\\u001b[31m" = "f1"', 2),
        (f'proxy = "http://me:{SECRET}@proxy"\n[profiles.lab]\napi = "hardwire"', 2),
    ],
)
def test_what_is_wrong_with_the_configuration_is_exit_code_2(
    run: Run, tmp_path: Path, toml: str, count: int
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(toml, encoding="utf-8")
    config.chmod(0o600)
    code, lines = page(run, RUNNEL_CONFIG=str(config))
    assert (code, len(problems(lines))) == (2, count)


def test_the_surroundings_are_told_safely_and_without_addresses(
    run: Run, server: EmbeddedServer
) -> None:
    evil = "\x1b]52;c;aGk=\x07\u202eEVIL"
    variables = {"TERM": evil, "TERM_PROGRAM": evil, "SSH_CONNECTION": "10.1.2.3 22", "TMUX": "x"}
    code, lines = page(run, **lab(server.url), **variables)
    assert code == 0
    assert "  inside of tmux and SSH" in lines
    assert any(line.startswith("  link: fast, ") for line in lines)
    assert "10.1.2.3" not in "\n".join(lines)


def test_one_profile_may_be_asked_for_and_must_be_there(run: Run, server: EmbeddedServer) -> None:
    other = {key.replace("LAB", "OTHER"): value for key, value in lab("http://[::1]:9").items()}
    both = {**lab(server.url), **other}
    code, lines = page(run, "--profile", "lab", **both)
    assert (code, [line for line in lines if line.startswith("Profile ")]) == (
        0,
        [f"Profile lab (hardwire, {server.url})"],
    )
    code, out, err = run("doctor", "--profile", "lap", variables=both)
    assert (code, out) == (2, "")
    assert "did you mean 'lab'" in err


def test_keys_can_be_pressed_in_a_terminal_only(run: Run) -> None:
    code, out, err = run("doctor", "--keys")
    assert (code, out) == (2, "")
    assert err.startswith("runnel: Keys can be pressed in a terminal only.\n")
