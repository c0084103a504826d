"""The keys of `config.toml` and the values they may have."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from tui.settings.sources import read_config, read_environment, without_rivals

EMBEDDED_PROFILES = {"demo-gpt": "gpt-trainer", "demo-hardwire": "hardwire"}
"""Name and API of the profiles there are when none is configured."""

HostName = Literal["gpt-trainer", "chatwize", "aichatbothub"]
ProfileName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]+$")]


def _checked_command(command: str) -> str:
    try:
        words = shlex.split(command)
    except ValueError:
        raise PydanticCustomError("command", "has a quote that is not closed") from None
    if command and (not words or not words[0]):
        raise PydanticCustomError("command", "names no program")
    return command


Command = Annotated[str, AfterValidator(_checked_command)]
"""A program and its arguments, split as a shell does and run without one."""


@dataclass(frozen=True, slots=True)
class Secret:
    """What proves who we are, as the settings hold it."""

    key: str
    """Its name in the settings: `token` or `password`."""
    value: SecretStr
    command: str

    @property
    def is_set(self) -> bool:
        return bool(self.value.get_secret_value() or self.command)


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    plain_http: bool = False
    """Secrets may go unprotected to another machine."""
    proxy: SecretStr = SecretStr("")
    """For this profile in place of the one for all."""
    ca_file: str = ""
    """For this profile in place of the one for all."""

    def _refuse_both(self, key: str, rival: str) -> None:
        if _has_value(getattr(self, key)) and _has_value(getattr(self, rival)):
            raise PydanticCustomError("profile", f"has both '{key}' and '{rival}'; keep one")


class GptTrainerSettings(_Settings):
    """A profile on a host of the GPT-trainer family."""

    api: Literal["gpt-trainer"]
    base_url: str = ""
    host: HostName | None = None
    """A preset in place of `base_url`."""
    token: SecretStr = SecretStr("")
    token_command: Command = ""
    chatbot: str = ""
    """Empty: the only one, or picked in the app."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        self._refuse_both("base_url", "host")
        self._refuse_both("token", "token_command")
        if not self.base_url and self.host is None:
            raise PydanticCustomError("profile", "needs 'base_url' or 'host'")
        return self

    @property
    def bot(self) -> str:
        return self.chatbot

    @property
    def secret(self) -> Secret:
        return Secret("token", self.token, self.token_command)


class HardWireSettings(_Settings):
    """A profile on a HardWire server."""

    api: Literal["hardwire"]
    base_url: Annotated[str, StringConstraints(min_length=1)]
    email: Annotated[str, StringConstraints(min_length=1)]
    password: SecretStr = SecretStr("")
    password_command: Command = ""
    model: str = ""
    """Empty: the server's preference, or picked in the app."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        self._refuse_both("password", "password_command")
        return self

    @property
    def bot(self) -> str:
        return self.model

    @property
    def secret(self) -> Secret:
        return Secret("password", self.password, self.password_command)


ProfileSettings = GptTrainerSettings | HardWireSettings
PROFILE_MODELS: dict[str, type[GptTrainerSettings] | type[HardWireSettings]] = {
    "gpt-trainer": GptTrainerSettings,
    "hardwire": HardWireSettings,
}


class Settings(BaseSettings):
    """Everything that can be configured. Secrets stay sealed until a backend asks for them."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    default_profile: str = ""
    theme: str = "runnel-dark"
    proxy: SecretStr = SecretStr("")
    """Goes before the proxy of the environment; its address may hold a password."""
    ca_file: str = ""
    """Certificates of authorities to believe beside the usual ones."""
    keys: dict[str, str] = Field(default_factory=dict)
    """Action id to key, checked by the screen that has the actions."""
    profiles: dict[ProfileName, Annotated[ProfileSettings, Field(discriminator="api")]] = Field(
        default_factory=dict
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        # the stock environment source reads JSON into values, so a password of digits would be a
        # number, and it knows no profile names with hyphens
        file = read_config()
        environment = read_environment(file)
        return (
            init_settings,
            InitSettingsSource(settings_cls, environment),
            InitSettingsSource(settings_cls, without_rivals(file.table, environment)),
        )


def _has_value(value: str | SecretStr | None) -> bool:
    return bool(value.get_secret_value() if isinstance(value, SecretStr) else value)
