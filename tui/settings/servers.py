"""Servers that a person can add: the products by name, and what each of them asks for."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Protocol
from urllib.parse import urlsplit

from msgspec import Struct

from tui.model import Bot
from tui.safe_text import SafeText
from tui.settings.profiles import HOSTS, PROFILE_MODELS, ProfileSettings, is_profile_name
from tui.settings.saved_secret import SecretPlace

_IN_THE_WEB_APP = "In its web app: your profile picture, Account, “API keys”."

_SHARED_LABELS = frozenset({"ac", "co", "com", "edu", "gov", "net", "org"})
_NO_NAME = "server"


class ServerKind(Struct, frozen=True):
    """A row of the list that a person picks from."""

    title: str
    api: str
    secret_hint: str
    """Where a person finds the key or password."""
    host: str = ""
    """The preset for its address; empty where a person gives the address."""
    name: str = ""
    """What its profile is called where the address tells none; empty for products of any name."""

    @property
    def base_url(self) -> str:
        """Its address, empty where a person gives it."""
        return HOSTS.get(self.host, "")

    @property
    def model(self) -> type[ProfileSettings]:
        return PROFILE_MODELS[self.api]

    @property
    def account_noun(self) -> str:
        """What a person signs in with beside the secret; empty where that alone says it."""
        return "e-mail" if self.model.account_key else ""

    @property
    def secret_noun(self) -> str:
        return self.model.secret_noun()


SERVER_KINDS: Sequence[ServerKind] = (
    ServerKind("GPT-trainer", "gpt-trainer", _IN_THE_WEB_APP, "gpt-trainer"),
    ServerKind("Chatwize", "gpt-trainer", _IN_THE_WEB_APP, "chatwize"),
    ServerKind("AI Chatbot Hub", "gpt-trainer", _IN_THE_WEB_APP, "aichatbothub"),
    ServerKind("HardWire", "hardwire", "The same as in its web app.", name="hardwire"),
    ServerKind("Other white label", "gpt-trainer", _IN_THE_WEB_APP),
)


class NewServer(Struct, frozen=True):
    """What a person has told of a server, but for the secret."""

    kind: ServerKind
    base_url: str
    account: str = ""

    @property
    def values(self) -> Mapping[str, str]:
        """The keys and values of its profile."""
        place = {"host": self.kind.host} if self.kind.host else {"base_url": self.base_url}
        account_key = self.kind.model.account_key
        account = {account_key: self.account} if account_key else {}
        return {"api": self.kind.api, **place, **account}

    def suggested_name(self, taken: Collection[str]) -> str:
        """Return a name for its profile that is not among those `taken`."""
        host = urlsplit(self.base_url).hostname or ""
        name = self.kind.host or _name_of(host) or self.kind.name or _number_of(host) or _NO_NAME
        if name not in taken:
            return name
        return next(each for at in count(2) if (each := f"{name}-{at}") not in taken)


@dataclass(frozen=True, slots=True)
class CheckedServer:
    """A server that took the secret of a person."""

    server: NewServer
    secret: str = field(repr=False)
    bots: Sequence[Bot]
    preferred_bot: str
    """The id of the one that the account uses there; empty for none."""
    bot_noun: str
    places: Sequence[SecretPlace]
    """Where the secret can be kept, the place to take first."""
    name: str
    """Suggested for its profile."""


class AddedServer(Struct, frozen=True):
    profile: str
    file: SafeText
    """Where it is written."""
    secret_noun: str
    kept: SafeText
    """How its secret is kept, to stand behind “is”."""


class ServerAdding(Protocol):
    """Tries servers that a person tells of, and writes down the one that is wanted.

    At most one is tried at a time.
    """

    @property
    def kinds(self) -> Sequence[ServerKind]: ...

    async def base_url(self, kind: ServerKind, address: str) -> str:
        """Return the address of a server as it is used, from what a person wrote.

        Raises:
            RunnelError: it cannot be used, or the configuration cannot.
        """
        ...

    async def reach(self, server: NewServer) -> None:
        """Ask whether anything answers at the address of a server, without signing in.

        Raises:
            RunnelError: nothing does.
        """
        ...

    async def check(self, server: NewServer, secret: str) -> CheckedServer:
        """Ask the server what it offers to who has this secret.

        Raises:
            RunnelError: it does not take the secret, is not there, or takes too long.
        """
        ...

    async def add(
        self, checked: CheckedServer, bot_id: str, name: str, place: SecretPlace
    ) -> AddedServer:
        """Write a profile of this name into the configuration, and keep its secret there.

        Raises:
            RunnelError: one of them cannot be written; then neither is.
        """
        ...

    async def drop(self) -> None:
        """Close the connection with what was checked and is not wanted."""
        ...


def _name_of(host: str) -> str:
    """Return what tells a host from others: `example` for `app.example.com`, empty for nothing."""
    labels = [label for label in host.split(".") if label]
    if _number_of(host):
        return ""
    # firms of many countries stand one further in: example.co.uk
    place = 3 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SHARED_LABELS else 2
    told = unicodedata.normalize("NFKD", labels[-min(place, len(labels))] if labels else "")
    plain = "".join(each for each in told.lower() if not unicodedata.combining(each))
    return plain if is_profile_name(plain) else ""


def _number_of(host: str) -> str:
    """Return `127-0-0-1` for `127.0.0.1`, empty for a host that has a name."""
    return host.replace(".", "-") if host.replace(".", "").isdecimal() else ""
