from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.hostile_texts import leaks
from tests.tables import each_row
from tests.unit.cli.conftest import Environment, Run
from tui.store import Chosen
from tui.store.choices_file import ChoicesFile

SECRET = "s3cret-never-shown"
WORK = '[profiles.work]\napi = "gpt-trainer"\nhost = "chatwize"\n'
LAB = '[profiles.lab]\napi = "hardwire"\nbase_url = "https://lab.example"\nemail = "me@x.example"\n'

Write = Callable[[str], Path]


@pytest.fixture
def environment(environment: Environment, tmp_path: Path) -> Environment:
    variables = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")
    kept = {key: value for key, value in environment.items() if key.upper() not in variables}
    return {**kept, "RUNNEL_CONFIG": str(tmp_path / "config.toml")}


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(toml: str) -> Path:
        path = tmp_path / "config.toml"
        path.write_text(toml, encoding="utf-8")
        path.chmod(0o600)
        return path

    return write


def told(run: Run, *arguments: str, **variables: str) -> tuple[int, str]:
    code, out, err = run("config", *arguments, variables=variables)
    assert SECRET not in out + err
    assert leaks((out + err).encode(), is_terminal=False) == []
    return code, out


NO_LINE = "config.toml is not valid TOML: Invalid value (at line 2, column 9).\n"
FAULTS = [
    ("\ntheme = = 3", NO_LINE),
    (
        f'them = "x"\n{WORK}  tokn = "{SECRET}"\n[profiles.lab]\napi = "hardwire"\n'
        'base_url = 3\nemial = "me"\n',
        "line 1, column 1: config.toml has no key 'them'; did you mean 'theme'?\n"
        "line 5, column 3: config.toml: [profiles.work] has no key 'tokn'; did you mean 'token'?\n"
        "line 8, column 1: config.toml: [profiles.lab] base_url must be text in quotes.\n"
        "line 9, column 1: config.toml: [profiles.lab] has no key 'emial'; did you mean 'email'?\n",
    ),
    (
        # what is wrong with one profile hides nothing of the others, nor of keys and theme
        f'theme = "runnel-drak"\n{WORK}[profiles.other]\n  api = "hardwier"\n[profiles.lab]\n'
        'api = "hardwire"\nbase_url = "ftp://lab.example"\nemail = "me@x.example"\n[keys]\n'
        '"chat.new" = "f9"\n"chat.bot" = "ctrl+shift+b"\n',
        "line 1, column 1: config.toml: theme names 'runnel-drak', and there is no such theme;"
        " did you mean 'runnel-dark'?\n"
        "line 6, column 3: config.toml: [profiles.other] api must be gpt-trainer or hardwire;"
        " did you mean 'hardwire'?\n"
        "line 9, column 1: config.toml: [profiles.lab] base_url cannot be used: The address"
        " “ftp://lab.example” is not one of http or https.\n"
        "line 12, column 1: config.toml: [keys] chat.new has F9, which 'chat.workflow' loses.\n"
        "line 13, column 1: config.toml: [keys] chat.bot has Ctrl+Shift+B, which most terminals"
        " cannot send.\n",
    ),
    (
        'theme = "runnel-drak"',
        "line 1, column 1: config.toml: theme names 'runnel-drak', and there is no such theme;"
        " did you mean 'runnel-dark'?\n",
    ),
    (
        'notify = "bel"\nterminal_title = "perhaps"\n',
        "line 1, column 1: config.toml: notify must be none, bell or desktop;"
        " did you mean 'bell'?\n"
        "line 2, column 1: config.toml: terminal_title must be true or false.\n",
    ),
    (
        '[keys]\n"chat.new" = "f10"\n"chat.nwe" = "f11"\n',
        "line 3, column 1: config.toml: [keys] chat.nwe is no action; did you mean 'chat.new'?\n",
    ),
    (
        LAB.replace("https://lab.example", f"https://me:{SECRET}@lab.example"),
        "line 3, column 1: config.toml: [profiles.lab] base_url cannot be used: The address of the"
        " server must not contain a user name or password.\n",
    ),
    (
        LAB.replace("https", "http"),
        "line 3, column 1: config.toml: [profiles.lab] base_url would send secrets unprotected:"
        " let it begin with https://, or set plain_http.\n",
    ),
    (
        LAB + f'proxy = "socks5://me:{SECRET}@proxy"\nca_file = "/nowhere.pem"\n'
        f'password_command = "no-such-program {SECRET}"\n',
        "line 5, column 1: config.toml: [profiles.lab] proxy is not an HTTP proxy,"
        " as http://proxy:3128.\n"
        "line 6, column 1: config.toml: [profiles.lab] ca_file names no certificates:"
        " /nowhere.pem (No such file or directory).\n"
        "line 7, column 1: config.toml: [profiles.lab] password_command names a program that"
        " is not installed.\n",
    ),
    (
        f'proxy = "ftp://{SECRET}"\nca_file = "/nowhere.pem"\n{WORK}',
        "line 1, column 1: config.toml: proxy is not an HTTP proxy, as http://proxy:3128.\n"
        "line 2, column 1: config.toml: ca_file names no certificates: /nowhere.pem"
        " (No such file or directory).\n",
    ),
]


class TestCheck:
    @each_row(("toml", "problems"), FAULTS)
    def test_every_fault_stands_on_a_line_with_its_place(
        self, run: Run, write: Write, toml: str, problems: str
    ) -> None:
        write(toml)
        assert told(run, "check") == (2, problems)

    @each_row("toml", ["", WORK, WORK + LAB + '[keys]\n"chat.new" = "f10"\n'])
    def test_nothing_is_printed_of_one_that_can_be_used(
        self, run: Run, write: Write, toml: str
    ) -> None:
        write(toml)
        assert told(run, "check") == (0, "")

    def test_faults_of_variables_name_them_and_stand_last(self, run: Run, write: Write) -> None:
        write(WORK + f'tokn = "{SECRET}"\n')
        code, out = told(run, "check", RUNNEL_THEM=SECRET)
        assert code == 2
        assert out.splitlines()[1:] == ["RUNNEL_THEM is not a setting; did you mean RUNNEL_THEME?"]

    def test_a_file_beside_it_that_is_no_theme_is_a_problem_too(
        self, run: Run, write: Write
    ) -> None:
        themes = write('theme = "auto"\n').with_name("themes")
        themes.mkdir()
        (themes / "mine.toml").write_text('primry = "red"\n', encoding="utf-8")
        code, out = told(run, "check")
        assert (code, out) == (
            2,
            "mine.toml: a theme has no key 'primry'; did you mean 'primary'?\n",
        )

    def test_names_of_any_kind_are_told_safely(self, run: Run, write: Write) -> None:
        write('"\\u001b]52;c;x\\u0007" = 1\n"\\u202e" = 2\n[keys]\n"\\u001b[2J" = "f1"\n')
        code, out = told(run, "check")
        assert (code, len(out.splitlines())) == (2, 3)
        assert told(run, "show")[0] == 0


class TestShow:
    def test_each_value_has_its_origin(self, run: Run, write: Write) -> None:
        write(f'default_profile = "work"\n{WORK}{LAB}password = "{SECRET}"\n')
        _, out = told(
            run, "show", "--profile", "lab", "--json", RUNNEL_PROFILES__WORK__TOKEN=SECRET
        )
        settings = {each.pop("key"): each for each in json.loads(out)}
        assert settings["default_profile"] == {
            "value": "lab",
            "origin": "option",
            "name": "--profile",
        }
        assert settings["theme"] == {"value": "runnel-dark", "origin": "default"}
        assert settings["profiles.work.token"] == {
            "value": "•••",
            "origin": "variable",
            "name": "RUNNEL_PROFILES__WORK__TOKEN",
        }
        file = {"origin": "file", "column": 1}
        assert settings["profiles.lab.password"] == {"value": "•••", "line": 9, **file}
        assert settings["profiles.work.host"] == {"value": "chatwize", "line": 4, **file}
        assert settings["profiles.lab.plain_http"] == {"value": False, "origin": "default"}

    def test_lines_tell_the_same(self, run: Run, write: Write) -> None:
        write(WORK)
        code, out = told(run, "show", RUNNEL_THEME="sixteen")
        lines = [line.split() for line in out.splitlines()]
        assert code == 0
        assert ["theme", "sixteen", "RUNNEL_THEME"] in lines
        assert ["default_profile", "work", "default"] in lines
        assert ["profiles.work.host", "chatwize", "line", "3"] in lines
        assert ["profiles.work.token", "-", "default"] in lines

    def test_a_theme_picked_in_the_app_is_told_as_that_while_it_stands(
        self, run: Run, write: Write, tmp_path: Path
    ) -> None:
        choices = ChoicesFile(tmp_path / "kept", lambda sentence: pytest.fail(sentence))
        choices.choose_theme(Chosen("nord", "auto"))
        choices.close()
        folder = str(tmp_path / "kept")
        for configured, line in (("auto", "nord chosen in the app"), ("sixteen", "sixteen line 1")):
            write(f'theme = "{configured}"\n')
            code, out = told(run, "show", RUNNEL_DATA_DIR=folder)
            assert code == 0
            assert ["theme", *line.split()] in [each.split() for each in out.splitlines()]
        _, out = told(run, "show", "--json", RUNNEL_DATA_DIR=folder, RUNNEL_THEME="auto")
        assert {"key": "theme", "value": "nord", "origin": "choice"} in json.loads(out)

    @each_row(
        ("setting", "shown"),
        [
            (f'token = "{SECRET}"', "•••"),
            (f'token = ["{SECRET}"]', "•••"),
            (f'tokn = "{SECRET}"', "•••"),
            (f"tokn = {{ a = '{SECRET}' }}", "•••"),
            (f'token_command = "echo {SECRET}"', "echo •••"),
            (f'token_command = "echo \'{SECRET}"', "•••"),
            (f'token_command = "{SECRET}"', "•••"),
            (f'proxy = "http://me:{SECRET}@proxy:3128"', "http://•••@proxy:3128"),
            (f'proxy = "me:a@{SECRET}@proxy"', "•••@proxy"),
            (f'base_url = "https://{SECRET}@x.example"', "https://•••@x.example"),
            (f'password = "{SECRET}"', "•••"),
        ],
    )
    def test_no_secret_is_shown_wherever_it_stands(
        self, run: Run, write: Write, setting: str, shown: str
    ) -> None:
        write(WORK + setting)
        code, out = told(run, "show")
        key = setting.partition(" ")[0]
        [line] = [line for line in out.splitlines() if line.startswith(f"profiles.work.{key} ")]
        assert code == 0
        assert shown in line


def test_the_path_is_told_whether_or_not_the_file_can_be_read(
    run: Run, write: Write, tmp_path: Path
) -> None:
    assert told(run, "path") == (0, f"{tmp_path / 'config.toml'}\n")
    write("= =")
    assert told(run, "path") == (0, f"{tmp_path / 'config.toml'}\n")
    default = tmp_path / "config" / "runnel" / "config.toml"
    assert told(run, "path", RUNNEL_CONFIG="") == (0, f"{default}\n")
