import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from tui.errors import SettingsError
from tui.settings import (
    GptTrainerSettings,
    HardWireSettings,
    LoadedSettings,
    Settings,
    load_settings,
    missing_secret,
    secret_reader,
)

pytestmark = pytest.mark.usefixtures("bare_environment")

WORK = '[profiles.work]\napi = "gpt-trainer"\nhost = "chatwize"\n'
LAB = (
    '[profiles.lab]\napi = "hardwire"\nbase_url = "http://localhost:3026"\nemail = "me@x.example"\n'
)
SECRET = "s3cret-never-shown"
EXAMPLE = """
default_profile = "work"
theme = "runnel-dark"          # runnel-light, high-contrast, sixteen, or one of your own
# proxy = "http://proxy.example:3128"      # for servers elsewhere; goes before HTTPS_PROXY
# ca_file = "~/company-ca.pem"             # authorities believed beside the usual ones

[profiles.work]
api = "gpt-trainer"
base_url = "https://app.gpt-trainer.com"   # or host = "chatwize", "aichatbothub", "gpt-trainer"
token_command = "pass show runnel/work"    # or token = "…"
chatbot = "0f…"                            # without it you pick one in the app

[profiles.lab]
api = "hardwire"
base_url = "http://localhost:3026"
email = "me@example.com"
password_command = "pass show runnel/lab"  # or password = "…"
model = "gpt-5.2"                          # without it the server's preference, or you pick
# plain_http = true                        # http:// to another machine, refused without it

[keys]
"chat.new" = "f9"
"""

Configure = Callable[..., LoadedSettings]


@pytest.fixture
def configure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Configure:
    def load(toml: str, *, theme: str | None = None, **variables: str) -> LoadedSettings:
        path = tmp_path / "config.toml"
        path.write_text(toml, encoding="utf-8")
        path.chmod(0o600)
        monkeypatch.setenv("RUNNEL_CONFIG", str(path))
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return load_settings(theme=theme)

    return load


def refusal(configure: Configure, toml: str, **variables: str) -> str:
    with pytest.raises(SettingsError) as caught:
        configure(toml, **variables)
    assert caught.value.exit_code == 2
    assert SECRET not in repr(caught.value) + caught.value.sentence + caught.value.hint
    assert caught.value.__cause__ is None or SECRET not in str(caught.value.__cause__)
    assert "\n" not in caught.value.sentence
    return caught.value.sentence


class TestSources:
    def test_without_a_file_there_are_only_defaults(self, tmp_path: Path) -> None:
        loaded = load_settings()
        assert loaded.settings == Settings()
        assert loaded.settings.theme == "runnel-dark"
        assert loaded.settings.profiles == {}
        assert loaded.notices == ()
        assert loaded.path == loaded.folder / "config.toml"
        assert loaded.folder.name == "runnel"
        assert tmp_path in loaded.folder.parents

    def test_the_file_of_the_platform_folder_is_read(self) -> None:
        folder = load_settings().folder
        folder.mkdir(parents=True)
        (folder / "config.toml").write_text('theme = "paper"', encoding="utf-8")
        assert load_settings().settings.theme == "paper"

    def test_a_file_with_profiles_of_both_apis_loads(self, configure: Configure) -> None:
        settings = configure(EXAMPLE).settings
        work, lab = settings.profiles["work"], settings.profiles["lab"]
        assert isinstance(work, GptTrainerSettings)
        assert isinstance(lab, HardWireSettings)
        assert (work.bot, lab.bot) == ("0f…", "gpt-5.2")
        assert list(settings.profiles) == ["work", "lab"]
        assert settings.keys == {"chat.new": "f9"}

    def test_command_line_goes_before_environment_before_file(self, configure: Configure) -> None:
        toml = 'theme = "file"\n' + WORK
        assert configure(toml).settings.theme == "file"
        assert configure(toml, RUNNEL_THEME="variable").settings.theme == "variable"
        assert configure(toml, theme="option").settings.theme == "option"

    def test_the_way_to_the_servers_can_be_set_for_all_and_for_one(
        self, configure: Configure
    ) -> None:
        proxy = f"http://me:{SECRET}@proxy:3128"
        loaded = configure(
            f'proxy = "{proxy}"\nca_file = "a.pem"\n' + WORK + 'ca_file = "b.pem"\n',
            RUNNEL_PROFILES__WORK__PLAIN_HTTP="true",
            RUNNEL_PROFILES__WORK__PROXY="http://other:3128",
        )
        work = loaded.settings.profiles["work"]
        assert loaded.settings.proxy.get_secret_value() == proxy
        assert work.proxy.get_secret_value() == "http://other:3128"
        assert (loaded.settings.ca_file, work.ca_file, work.plain_http) == ("a.pem", "b.pem", True)
        assert SECRET not in repr(loaded)

    def test_an_empty_variable_has_no_value(self, configure: Configure) -> None:
        assert configure('theme = "file"', RUNNEL_THEME="").settings.theme == "file"

    def test_the_environment_adds_to_a_profile_of_the_file(self, configure: Configure) -> None:
        loaded = configure(WORK, RUNNEL_PROFILES__WORK__TOKEN="1234567")
        work = loaded.settings.profiles["work"]
        assert isinstance(work, GptTrainerSettings)
        assert work.token.get_secret_value() == "1234567"
        assert work.host == "chatwize"

    def test_the_environment_alone_can_hold_a_profile(self, configure: Configure) -> None:
        loaded = configure(
            "",
            RUNNEL_PROFILES__LAB__API="hardwire",
            RUNNEL_PROFILES__LAB__BASE_URL="localhost:3026",
            RUNNEL_PROFILES__LAB__EMAIL="me@x.example",
            RUNNEL_DEFAULT_PROFILE="lab",
        )
        assert isinstance(loaded.settings.profiles["lab"], HardWireSettings)

    def test_a_variable_reaches_a_profile_with_a_hyphen(self, configure: Configure) -> None:
        loaded = configure(WORK.replace("work", "my-lab"), RUNNEL_PROFILES__MY_LAB__TOKEN="t")
        work = loaded.settings.profiles["my-lab"]
        assert isinstance(work, GptTrainerSettings)
        assert work.token.get_secret_value() == "t"

    @pytest.mark.parametrize(
        ("in_file", "variable", "hidden"),
        [
            ('token_command = "pass"', "TOKEN", "token_command"),
            ('token = "t"', "TOKEN_COMMAND", "token"),
            ("", "BASE_URL", "host"),
        ],
    )
    def test_a_variable_replaces_the_other_key_of_a_pair(
        self, configure: Configure, in_file: str, variable: str, hidden: str
    ) -> None:
        loaded = configure(WORK + in_file, **{f"RUNNEL_PROFILES__WORK__{variable}": "x.example"})
        work = loaded.settings.profiles["work"]
        default = GptTrainerSettings.model_fields[hidden].default
        assert getattr(work, hidden) == default

    def test_a_byte_order_mark_is_no_error(self, configure: Configure) -> None:
        assert configure('\ufefftheme = "paper"').settings.theme == "paper"


class TestFileProblems:
    def test_a_missing_file_is_an_error_when_it_was_named(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("RUNNEL_CONFIG", str(tmp_path / "gone.toml"))
        with pytest.raises(SettingsError, match=r"RUNNEL_CONFIG names a file that does not exist"):
            load_settings()

    def test_a_folder_is_not_a_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("RUNNEL_CONFIG", str(tmp_path))
        with pytest.raises(SettingsError, match=r"cannot be read: Is a directory\.$"):
            load_settings()

    @pytest.mark.parametrize(
        ("toml", "said"),
        [
            (
                "theme = " + "9" * 5_000,
                "config.toml is not valid TOML: A number in it is too long.",
            ),
            ("theme = " + "[" * 2_000 + "]" * 2_000, "It is nested too deeply."),
            (f"a{'.a' * 2_000} = 1", "config.toml has no key 'a'"),
            ("theme = 1" + " " * 1_000_000, "it is larger than 1,000,000 bytes"),
            ("default_profile = 99999999999999999999", "must be text in quotes"),
        ],
        ids=["number", "lists", "tables", "size", "integer"],
    )
    def test_what_nobody_would_write_is_one_sentence(
        self, configure: Configure, toml: str, said: str
    ) -> None:
        assert said in refusal(configure, toml)

    def test_a_pipe_that_nobody_writes_into_is_not_waited_for(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        os.mkfifo(tmp_path / "config.toml")
        monkeypatch.setenv("RUNNEL_CONFIG", str(tmp_path / "config.toml"))
        with pytest.raises(SettingsError, match="it is a pipe that nothing comes out of"):
            load_settings()

    def test_a_user_that_is_not_there_has_no_file(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("RUNNEL_CONFIG", "~nosuchuser/config.toml")
        with pytest.raises(SettingsError, match="does not exist: ~nosuchuser"):
            load_settings()

    def test_other_encodings_are_named_with_their_line(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "config.toml"
        path.write_bytes(b'theme = "x"\n# caf\xe9\n')
        monkeypatch.setenv("RUNNEL_CONFIG", str(path))
        with pytest.raises(SettingsError, match=r"config\.toml: line 2 is not UTF-8"):
            load_settings()

    @pytest.mark.parametrize(
        ("toml", "place"),
        [
            ("theme = = 3", "line 1, column 9"),
            ('\n[keys\nx = "y"', "line 2, column 6"),
            (f'token = "{SECRET}', "line 1, column"),
            ('theme = """x\n\n', "line 3, column 1"),
        ],
    )
    def test_broken_toml_is_named_with_line_and_column(
        self, configure: Configure, toml: str, place: str
    ) -> None:
        sentence = refusal(configure, toml)
        assert sentence.startswith("config.toml is not valid TOML: ")
        assert place in sentence


FILE_PROBLEMS = [
    ('them = "x"', "config.toml has no key 'them'; did you mean 'theme'?"),
    ("zzz = 1", "config.toml has no key 'zzz'."),
    ("theme = 3", "config.toml: theme must be text in quotes."),
    ("proxy = 3", "config.toml: proxy must be text in quotes."),
    ("plain_http = true", "config.toml has no key 'plain_http'."),
    (WORK + "plain_http = 3", "config.toml: [profiles.work] plain_http must be true or false."),
    ("profiles = 3", "config.toml: [profiles] must be a table."),
    ("[profiles]\nwork = 3", "config.toml: [profiles.work] must be a table."),
    ("[keys]\nsend = 3", "config.toml: [keys] send must be text in quotes."),
    (
        WORK + f'tokn = "{SECRET}"',
        "config.toml: [profiles.work] has no key 'tokn'; did you mean 'token'?",
    ),
    (WORK + f'token = ["{SECRET}"]', "config.toml: [profiles.work] token must be text in quotes."),
    (
        WORK + f'token = "{SECRET}"\ntoken_command = "x"',
        "config.toml: [profiles.work] has both 'token' and 'token_command'; keep one.",
    ),
    (
        WORK + 'base_url = "x"',
        "config.toml: [profiles.work] has both 'base_url' and 'host'; keep one.",
    ),
    (
        WORK + 'email = "me"',
        "config.toml: [profiles.work] speaks gpt-trainer, and 'email' belongs to hardwire.",
    ),
    (
        LAB + f'token = "{SECRET}"',
        "config.toml: [profiles.lab] speaks hardwire, and 'token' belongs to gpt-trainer.",
    ),
    (
        WORK.replace("gpt-", "gtp-"),
        "config.toml: [profiles.work] api must be gpt-trainer or hardwire;"
        " did you mean 'gpt-trainer'?",
    ),
    (
        WORK.replace("chatwize", "chatwise"),
        "config.toml: [profiles.work] host must be gpt-trainer, chatwize or aichatbothub;"
        " did you mean 'chatwize'?",
    ),
    (
        '[profiles.work]\nhost = "chatwize"',
        "config.toml: [profiles.work] needs 'api': gpt-trainer or hardwire.",
    ),
    (
        '[profiles.work]\napi = "gpt-trainer"',
        "config.toml: [profiles.work] needs 'base_url' or 'host'.",
    ),
    (
        LAB.replace("email", "emial"),
        "config.toml: [profiles.lab] has no key 'emial'; did you mean 'email'?",
    ),
    (LAB.replace('email = "me@x.example"', ""), "config.toml: [profiles.lab] needs 'email'."),
    (
        LAB + 'password_command = "pass \'x"',
        "config.toml: [profiles.lab] password_command has a quote that is not closed.",
    ),
    (
        WORK + 'token_command = " "',
        "config.toml: [profiles.work] token_command names no program.",
    ),
    (
        WORK.replace("work", "Work"),
        "config.toml: [profiles] has a profile 'Work': names are lower-case letters, digits,"
        " '-' and '_'.",
    ),
    (
        'default_profile = "wrok"\n' + WORK,
        "config.toml: default_profile names 'wrok', and there is no such profile;"
        " did you mean 'work'?",
    ),
    (
        'default_profile = "work"',
        "config.toml: default_profile names 'work', and there is no such profile.",
    ),
]

VARIABLE_PROBLEMS = [
    ("RUNNEL_THEM", "x", "RUNNEL_THEM is not a setting; did you mean RUNNEL_THEME?"),
    ("RUNNEL_THEME__DARK", "x", "RUNNEL_THEME__DARK is not a setting; did you mean RUNNEL_THEME?"),
    ("RUNNEL_PROFILES", SECRET, "RUNNEL_PROFILES cannot hold a table."),
    ("RUNNEL_PROFILES__WORK", SECRET, "RUNNEL_PROFILES__WORK cannot hold a table."),
    ("RUNNEL_KEYS", "x", "RUNNEL_KEYS cannot hold a table."),
    (
        "RUNNEL_PROFILES__WORK__TOKN",
        SECRET,
        "RUNNEL_PROFILES__WORK__TOKN is not a setting; did you mean RUNNEL_PROFILES__WORK__TOKEN?",
    ),
    (
        "RUNNEL_PROFILES__WORK__EMAIL",
        "me",
        "RUNNEL_PROFILES__WORK__EMAIL belongs to hardwire profiles, and 'work' speaks gpt-trainer.",
    ),
    (
        "RUNNEL_PROFILES__WORK__HOST",
        "chatwise",
        "RUNNEL_PROFILES__WORK__HOST must be gpt-trainer, chatwize or aichatbothub;"
        " did you mean 'chatwize'?",
    ),
    (
        "RUNNEL_PROFILES__WORK__API",
        "hardwired",
        "RUNNEL_PROFILES__WORK__API must be gpt-trainer or hardwire; did you mean 'hardwire'?",
    ),
    (
        "RUNNEL_PROFILES__WROK__TOKEN",
        SECRET,
        "RUNNEL_PROFILES__WROK__TOKEN: the profile 'wrok' needs 'api': gpt-trainer or hardwire.",
    ),
    (
        "RUNNEL_DEFAULT_PROFILE",
        "wrok",
        "RUNNEL_DEFAULT_PROFILE names 'wrok', and there is no such profile; did you mean 'work'?",
    ),
]


class TestProblems:
    @pytest.mark.parametrize(("toml", "sentence"), FILE_PROBLEMS)
    def test_a_problem_of_the_file_is_one_sentence_with_its_place(
        self, configure: Configure, toml: str, sentence: str
    ) -> None:
        assert refusal(configure, toml) == sentence

    @pytest.mark.parametrize(("variable", "value", "sentence"), VARIABLE_PROBLEMS)
    def test_a_problem_of_the_environment_names_its_variable(
        self, configure: Configure, variable: str, value: str, sentence: str
    ) -> None:
        assert refusal(configure, WORK, **{variable: value}) == sentence

    def test_the_hint_tells_where_the_file_is(self, configure: Configure, tmp_path: Path) -> None:
        with pytest.raises(SettingsError) as caught:
            configure("theme = 3")
        assert caught.value.hint == f"The file is {tmp_path / 'config.toml'}."

    def test_names_in_a_sentence_are_safe_to_draw(self, configure: Configure) -> None:
        assert "\x1b" not in refusal(configure, '"\\u001b]52;c;x" = 1')

    def test_a_default_among_the_embedded_profiles_needs_no_other(
        self, configure: Configure
    ) -> None:
        assert configure('default_profile = "demo-gpt"').settings.default_profile == "demo-gpt"


class TestSecrecy:
    def test_secrets_are_not_in_the_text_of_settings(self, configure: Configure) -> None:
        loaded = configure(WORK + f'token = "{SECRET}"\n' + LAB + f'password = "{SECRET}"')
        assert SECRET not in repr(loaded) + str(loaded.settings)

    def test_a_readable_file_with_a_secret_is_noted(
        self, configure: Configure, tmp_path: Path
    ) -> None:
        assert configure(WORK + 'token = "x"').notices == ()
        (tmp_path / "config.toml").chmod(0o640)
        (notice,) = load_settings().notices
        assert "[profiles.work] token" in notice
        assert "chmod 600" in notice

    @pytest.mark.parametrize("place", ["{}" + WORK, WORK + "{}"], ids=["all", "one"])
    def test_a_readable_file_with_the_password_of_a_proxy_is_noted(
        self, configure: Configure, tmp_path: Path, place: str
    ) -> None:
        configure(place.format('proxy = "http://me:hunter22@proxy:3128"\n'))
        (tmp_path / "config.toml").chmod(0o640)
        (notice,) = load_settings().notices
        assert " proxy in " in notice
        assert "hunter22" not in notice
        configure(place.format('proxy = "http://proxy:3128"\n'))
        (tmp_path / "config.toml").chmod(0o640)
        assert load_settings().notices == ()

    def test_a_readable_file_without_a_secret_is_not(
        self, configure: Configure, tmp_path: Path
    ) -> None:
        configure(WORK + 'token_command = "pass"')
        (tmp_path / "config.toml").chmod(0o644)
        assert load_settings().notices == ()


def command(code: str) -> str:
    return f'{sys.executable} -c "{code}"'


async def read_by(command_line: str, timeout_s: float = 20) -> str:
    read = secret_reader("work", "token", SecretStr(""), command_line, timeout_s=timeout_s)
    assert read is not None
    return await read()


class TestSecrets:
    def test_nothing_set_gives_no_reader(self) -> None:
        assert secret_reader("work", "token", SecretStr(""), "") is None

    async def test_a_value_is_read_as_it_is(self) -> None:
        read = secret_reader("work", "token", SecretStr(" x "), "")
        assert read is not None
        assert await read() == " x "

    async def test_the_first_line_of_the_command_is_the_secret(self) -> None:
        assert await read_by(command("print(' abc '); print('note')")) == "abc"

    async def test_a_command_that_says_very_much_can_end(self) -> None:
        assert await read_by(command("print('abc'); print('x' * 1_000_000)")) == "abc"

    async def test_no_shell_reads_the_command(self) -> None:
        code = "import sys; print(sys.argv[1])"
        assert await read_by(command(code) + " '$HOME;ls'") == "$HOME;ls"

    @pytest.mark.parametrize(
        ("code", "said"),
        [
            (f"import sys; print('{SECRET}'); sys.exit(3)", "ended with status 3"),
            ("print()", "is empty"),
            ("pass", "is empty"),
            ("import sys; sys.stdout.buffer.write(bytes([255]))", "printed no UTF-8"),
        ],
    )
    async def test_a_failing_command_is_named_but_not_what_it_printed(
        self, code: str, said: str
    ) -> None:
        with pytest.raises(SettingsError, match=said) as caught:
            await read_by(command(code))
        sentence = caught.value.sentence
        assert "token_command of the profile 'work'" in sentence
        assert f"'{sys.executable}'" in sentence
        assert SECRET not in sentence

    async def test_a_missing_program_is_named(self) -> None:
        with pytest.raises(SettingsError, match="cannot run 'no-such-program-here': No such file"):
            await read_by("no-such-program-here show x")

    async def test_a_nul_in_a_command_is_told(self) -> None:
        with pytest.raises(SettingsError, match="cannot run 'x': it holds a NUL"):
            await read_by("x 'a\0b'")

    async def test_a_command_that_does_not_end_is_ended(self) -> None:
        with pytest.raises(SettingsError, match=r"took longer than 0\.2 s"):
            await read_by(command("input() if 0 else __import__('signal').pause()"), 0.2)

    async def test_a_missing_secret_is_told_when_it_is_needed(self) -> None:
        with pytest.raises(SettingsError, match="'my-lab' has no password") as caught:
            await missing_secret("my-lab", "password")()
        assert "RUNNEL_PROFILES__MY_LAB__PASSWORD" in caught.value.hint
