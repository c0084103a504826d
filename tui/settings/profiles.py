"""Profiles of `config.toml`: one kind per API, and the names and addresses of known hosts."""

from __future__ import annotations

import re
import shlex
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import MISSING, dataclass
from dataclasses import fields as dataclass_fields
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import urlsplit

from msgspec import NODEFAULT, Struct
from msgspec.structs import fields as struct_fields

from tui.settings.rules import Rule, UnknownName
from tui.settings.sealed import UNSET, Sealed

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


PROFILE_NAME = r"^[a-z0-9_-]+$"


def is_profile_name(name: str) -> bool:
    """Say whether a profile may have this name."""
    return re.fullmatch(PROFILE_NAME, name) is not None


def _check_command(command: str) -> None:
    try:
        words = shlex.split(command)
    except ValueError:
        raise ValueError("has a quote that is not closed") from None
    if command and (not words or not words[0]):
        raise ValueError("names no program")


def _check_keep(keep: str) -> None:
    if not re.fullmatch(KEEP_PATTERN, keep):
        raise ValueError("must be 'all', 'none', or a limit as '90d' or '2GB'")


def _check_host(host: str) -> None:
    if host and host not in HOSTS:
        raise UnknownName([*HOSTS])


def _check_there(text: str) -> None:
    if not text:
        raise ValueError("must not be empty")


def _check_web_url(address: str) -> None:
    """Refuse an address that could hand a session's id to another host than a person wrote."""
    if not address:
        return
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        raise ValueError("is not an address") from None
    behind_host = address.partition("://")[2].partition("/")[2]
    is_local = host == "localhost" or re.fullmatch(r"127(\.\d{1,3}){3}|::1", host) is not None
    if parts.scheme != "https" and not (parts.scheme == "http" and is_local):
        raise ValueError("must begin with https://")
    if not host or "@" in parts.netloc or not address.isprintable() or re.search(r"\s", address):
        raise ValueError("is not an address")
    if behind_host.count("{session}") != 1 or re.search(r"[{}]", _without_session(address)):
        raise ValueError("must have {session} once, behind the host, and no other braces")


def _without_session(address: str) -> str:
    return address.replace("{session}", "", 1)


Keep = Annotated[str, Rule(_check_keep)]
WebUrl = Annotated[str, Rule(_check_web_url)]
Command = Annotated[str, Rule(_check_command)]
"""A program and its arguments, split as a shell does and run without one."""
Host = Annotated[str, Rule(_check_host)]
NonEmpty = Annotated[str, Rule(_check_there)]

_NOUNS = {"token": "key"}
"""Name of a setting -> what a person calls it, where that is something else."""


class Secret(Struct, frozen=True):
    """A key or password as the settings hold it."""

    key: str
    """Its name in the settings: `token` or `password`."""
    value: Sealed
    command: str
    is_needed: bool
    """`False` where a server may do without it."""

    @property
    def noun(self) -> str:
        """What a person calls it."""
        return _NOUNS.get(self.key, self.key)

    @property
    def is_set(self) -> bool:
        return bool(self.value or self.command)


@dataclass(frozen=True, kw_only=True)
class ProfileSettings(ABC):
    """Settings that the profiles of every API have."""

    # for the library that checks settings
    __pydantic_config__: ClassVar[Mapping[str, Any]] = {"extra": "forbid"}

    account_key: ClassVar[str] = ""
    """Name of the setting for who signs in; empty where the secret alone says it."""
    secret_key: ClassVar[str]
    bot_key: ClassVar[str]

    api: str
    plain_http: bool = False
    """Secrets may go unprotected to another machine."""
    proxy: Sealed = UNSET
    """For this profile in place of the one for all."""
    ca_file: str = ""
    """For this profile in place of the one for all."""
    keep: Keep = "all"
    """What of its sessions stays on this machine: `all`, `none`, or as much as `90d` or `2GB`."""
    ask_each_time: bool = False
    """Keep neither key or password nor a sign-in until the next start."""
    web_url: WebUrl = ""
    """Where the vendor's web app shows a session, whose id stands in for `{session}`."""
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
        if getattr(self, key) and getattr(self, rival):
            raise ValueError(f"has both '{key}' and '{rival}'; keep one")


@dataclass(frozen=True, kw_only=True)
class GptTrainerSettings(ProfileSettings):
    """A profile on a host of the GPT-trainer family."""

    secret_key: ClassVar[str] = "token"
    bot_key: ClassVar[str] = "chatbot"

    api: Literal["gpt-trainer"] = "gpt-trainer"
    base_url: str = ""
    host: Host = ""
    """A preset in place of `base_url`."""
    token: Sealed = UNSET
    token_command: Command = ""
    chatbot: str = ""
    """Empty: the only one, or picked in the app."""

    def __post_init__(self) -> None:
        self._refuse_both("base_url", "host")
        self._refuse_both("token", "token_command")
        if not self.address:
            raise ValueError("needs 'base_url' or 'host'")

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


@dataclass(frozen=True, kw_only=True)
class HardWireSettings(ProfileSettings):
    """A profile on a HardWire server."""

    account_key: ClassVar[str] = "email"
    secret_key: ClassVar[str] = "password"
    bot_key: ClassVar[str] = "model"

    api: Literal["hardwire"] = "hardwire"
    base_url: NonEmpty
    email: NonEmpty
    password: Sealed = UNSET
    password_command: Command = ""
    model: str = ""
    """Empty: the server's preference, or picked in the app."""

    def __post_init__(self) -> None:
        self._refuse_both("password", "password_command")

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


PROFILE_MODELS: Mapping[str, type[ProfileSettings]] = MappingProxyType(
    {"gpt-trainer": GptTrainerSettings, "hardwire": HardWireSettings}
)
"""Name of the API -> settings of its profiles."""


def defaults_of(kind: type) -> Mapping[str, Any]:
    """Return the settings of a kind with their defaults, empty text for what must be set."""
    told: Any = kind
    fields = struct_fields(told) if issubclass(kind, Struct) else dataclass_fields(told)
    missing = (MISSING, NODEFAULT)
    return {each.name: "" if each.default in missing else each.default for each in fields}
