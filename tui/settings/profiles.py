"""Profiles of `config.toml`: one model per API, and the names and addresses of known hosts."""

from __future__ import annotations

import re
import shlex
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, ClassVar, Literal, Self, get_args

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

HOSTS: Mapping[str, str] = MappingProxyType(
    {
        "gpt-trainer": "https://app.gpt-trainer.com",
        "chatwize": "https://app.chatwize.ai",
        "aichatbothub": "https://app.aichatbothub.com",
    }
)
"""Base URLs of the products that speak the GPT-trainer API, by the name for `host`."""


KEEP_PATTERN = r"all|none|([1-9][0-9]{0,5})(d|MB|GB)"
"""What `keep` may be: a limit has a number and a unit."""


def _checked_command(command: str) -> str:
    try:
        words = shlex.split(command)
    except ValueError:
        raise PydanticCustomError("command", "has a quote that is not closed") from None
    if command and (not words or not words[0]):
        raise PydanticCustomError("command", "names no program")
    return command


def _known_host(host: str) -> str:
    if host and host not in HOSTS:
        raise PydanticCustomError("unknown_name", "is not known", {"known": list(HOSTS)})
    return host


def _known_keep(keep: str) -> str:
    if not re.fullmatch(KEEP_PATTERN, keep):
        raise PydanticCustomError("keep", "must be 'all', 'none', or a limit as '90d' or '2GB'")
    return keep


Keep = Annotated[str, AfterValidator(_known_keep)]
Command = Annotated[str, AfterValidator(_checked_command)]
"""A program and its arguments, split as a shell does and run without one."""

_NOUNS = {"token": "key"}
"""Name of a setting -> what a person calls it, where that is something else."""

Host = Annotated[str, AfterValidator(_known_host)]
NonEmpty = Annotated[str, StringConstraints(min_length=1)]


@dataclass(frozen=True, slots=True)
class Secret:
    """A key or password as the settings hold it."""

    key: str
    """Its name in the settings: `token` or `password`."""
    value: SecretStr
    command: str
    is_needed: bool
    """`False` where a server may do without it."""

    @property
    def noun(self) -> str:
        """What a person calls it."""
        return _NOUNS.get(self.key, self.key)

    @property
    def is_set(self) -> bool:
        return bool(self.value.get_secret_value() or self.command)


class ProfileSettings(BaseModel):
    """Settings that the profiles of every API have."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    account_key: ClassVar[str] = ""
    """Name of the setting for who signs in; empty where the secret alone says it."""
    secret_key: ClassVar[str]
    bot_key: ClassVar[str]

    api: str
    plain_http: bool = False
    """Secrets may go unprotected to another machine."""
    proxy: SecretStr = SecretStr("")
    """For this profile in place of the one for all."""
    ca_file: str = ""
    """For this profile in place of the one for all."""
    keep: Keep = "all"
    """What of its sessions stays on this machine: `all`, `none`, or as much as `90d` or `2GB`."""
    ask_each_time: bool = False
    """Keep neither key or password nor a sign-in until the next start."""
    sync: Literal["on", "off"] = "off"
    """Copy all sessions while the app runs, unless that was chosen otherwise there."""

    @property
    @abstractmethod
    def address(self) -> str:
        """The base URL as it was written, or that of the host that is named."""

    @property
    def account(self) -> str:
        """Who signs in; empty where the secret alone says it."""
        return ""

    @property
    @abstractmethod
    def bot(self) -> str:
        """Id of what answers; empty: the server's preference, or picked in the app."""

    @property
    @abstractmethod
    def secret(self) -> Secret: ...

    @classmethod
    def secret_noun(cls) -> str:
        """Return what a person calls the secret."""
        return _NOUNS.get(cls.secret_key, cls.secret_key)

    def _refuse_both(self, key: str, rival: str) -> None:
        if _has_value(getattr(self, key)) and _has_value(getattr(self, rival)):
            raise PydanticCustomError("profile", f"has both '{key}' and '{rival}'; keep one")


class GptTrainerSettings(ProfileSettings):
    """A profile on a host of the GPT-trainer family."""

    secret_key: ClassVar[str] = "token"
    bot_key: ClassVar[str] = "chatbot"

    api: Literal["gpt-trainer"] = "gpt-trainer"
    base_url: str = ""
    host: Host = ""
    """A preset in place of `base_url`."""
    token: SecretStr = SecretStr("")
    token_command: Command = ""
    chatbot: str = ""
    """Empty: the only one, or picked in the app."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        self._refuse_both("base_url", "host")
        self._refuse_both("token", "token_command")
        if not self.address:
            raise PydanticCustomError("profile", "needs 'base_url' or 'host'")
        return self

    @property
    def address(self) -> str:
        return HOSTS[self.host] if self.host else self.base_url

    @property
    def bot(self) -> str:
        return self.chatbot

    @property
    def secret(self) -> Secret:
        # a public chatbot talks without one
        return Secret(self.secret_key, self.token, self.token_command, is_needed=False)


class HardWireSettings(ProfileSettings):
    """A profile on a HardWire server."""

    account_key: ClassVar[str] = "email"
    secret_key: ClassVar[str] = "password"
    bot_key: ClassVar[str] = "model"

    api: Literal["hardwire"] = "hardwire"
    base_url: NonEmpty
    email: NonEmpty
    password: SecretStr = SecretStr("")
    password_command: Command = ""
    model: str = ""
    """Empty: the server's preference, or picked in the app."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        self._refuse_both("password", "password_command")
        return self

    @property
    def address(self) -> str:
        return self.base_url

    @property
    def account(self) -> str:
        return self.email

    @property
    def bot(self) -> str:
        return self.model

    @property
    def secret(self) -> Secret:
        return Secret(self.secret_key, self.password, self.password_command, is_needed=True)


_Models = GptTrainerSettings | HardWireSettings
AnyProfile = Annotated[_Models, Field(discriminator="api")]
PROFILE_MODELS: Mapping[str, type[ProfileSettings]] = MappingProxyType(
    {model.model_fields["api"].default: model for model in get_args(_Models)}
)
"""Name of the API -> settings of its profiles."""


def _has_value(value: str | SecretStr) -> bool:
    return bool(value.get_secret_value() if isinstance(value, SecretStr) else value)
