from __future__ import annotations

import sys

import pytest

from tests.unit.settings.conftest import SECRET
from tui.errors import SettingsError
from tui.settings import (
    missing_secret,
    secret_reader,
)
from tui.settings.sealed import Sealed

pytestmark = pytest.mark.usefixtures("bare_environment")


def command(code: str) -> str:
    return f'{sys.executable} -c "{code}"'


async def read_by(command_line: str, timeout_s: float = 20) -> str:
    read = secret_reader("work", "token", Sealed(""), command_line, timeout_s=timeout_s)
    assert read is not None
    return await read()


class TestSecrets:
    def test_nothing_set_gives_no_reader(self) -> None:
        assert secret_reader("work", "token", Sealed(""), "") is None

    async def test_a_value_is_read_as_it_is(self) -> None:
        read = secret_reader("work", "token", Sealed(" x "), "")
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
            await missing_secret("my-lab", "password", "password")()
        assert "RUNNEL_PROFILES__MY_LAB__PASSWORD" in caught.value.hint
