"""Sections of the page of `runnel doctor`, and the page that they make, without secrets."""

from __future__ import annotations

import asyncio
import platform
import ssl
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from msgspec import Struct

from tui.backends.http.credentials import KnownSecrets
from tui.backends.http.server_probe import Certificate, ServerProbe
from tui.cli.config import problem_line
from tui.cli.saved_places import saved_places
from tui.errors import RunnelError, SettingsError
from tui.formatting.times import size
from tui.safe_text import clean_line
from tui.settings import ConfigSource, Settings, read_source
from tui.settings.checking import settings_or_problems
from tui.settings.profiles import ProfileSettings
from tui.store.choices_file import CHOICES_FILE, troubles_in
from tui.store.sqlite import STORE_FILE
from tui.wiring.config_check import config_problems
from tui.wiring.connections import Wiring
from tui.wiring.server_check import ServerCheck, check_server

CLOCKS_APART_S = 60.0
"""More than this upsets certificates and sign-ins."""
_PACKAGES = {"Runnel": "runnel", "Textual": "textual", "httpx": "httpx", "pydantic": "pydantic"}


class Finding(Struct, frozen=True):
    """One line; `exit_code` is 0 where nothing is wrong with it."""

    line: str
    exit_code: int = 0


class DoctorSection(Struct, frozen=True):
    title: str
    findings: Sequence[Finding]


def page(sections: Sequence[DoctorSection], settings: Settings | None) -> str:
    """Return the whole page without a secret of `settings`, nor the name of the home folder."""
    lines = ["Runnel doctor"]
    for section in sections:
        lines += ["", section.title]
        lines += [f"{'!' if each.exit_code else ' '} {each.line}" for each in section.findings]
    problems = sum(bool(each.exit_code) for section in sections for each in section.findings)
    marked = f"{problems} problem{'s' * (problems != 1)}, marked with !"
    lines += ["", marked if problems else "Nothing is wrong."]
    return _redacted("\n".join(lines), settings) + "\n"


def exit_code(sections: Sequence[DoctorSection]) -> int:
    """Return that of the worst finding: a configuration that cannot be used comes first."""
    return max((each.exit_code for section in sections for each in section.findings), default=0)


def versions() -> DoctorSection:
    found = []
    for name, package in _PACKAGES.items():
        try:
            found.append(f"{name} {version(package)}")
        except PackageNotFoundError:
            found.append(f"{name} not installed")
    lines = [
        ", ".join(found),
        f"Python {platform.python_version()}, {ssl.OPENSSL_VERSION}",
        platform.platform(),
    ]
    return DoctorSection("Versions", [Finding(clean_line(line)) for line in lines])


def configuration() -> tuple[DoctorSection, ConfigSource | None, Settings | None]:
    """Return what is wrong with the configuration, and what it is where it can be used."""
    try:
        source = read_source()
    except SettingsError as error:
        found = [Finding(error.sentence, error.exit_code), Finding(error.hint)]
        return DoctorSection("Configuration", found), None, None
    file = clean_line(str(source.file.path))
    found = [Finding(file if source.file.path.exists() else f"no file {file}")]
    found += [Finding(notice, RunnelError.exit_code) for notice in source.file.notices]
    found += [
        Finding(problem_line(problem), SettingsError.exit_code)
        for problem in config_problems(source)
    ]
    found += _kept(source)
    settings = settings_or_problems(source)
    usable = settings if isinstance(settings, Settings) else None
    return DoctorSection("Configuration", found), source, usable


def _kept(source: ConfigSource) -> Iterator[Finding]:
    """Yield where choices are kept, and what is wrong there."""
    for folder, name in ((source.data_folder, STORE_FILE), (source.state_folder, CHOICES_FILE)):
        try:
            told = f"{name} ({size((folder / name).lstat().st_size)})"
        except OSError:
            told = f"no {name}"
        yield Finding(clean_line(f"in {folder}: {told}"))
    for trouble in troubles_in(source.state_folder):
        yield Finding(trouble, RunnelError.exit_code)


async def servers(source: ConfigSource, settings: Settings, profile: str) -> list[DoctorSection]:
    """Ask the server of each profile, all at once; of `profile` only where that is not empty.

    Raises:
        BadInput: there is no such profile.
    """
    try:
        wiring = Wiring(settings, profile=profile, state_folder=source.state_folder)
    except SettingsError:
        # among the problems of the configuration already
        return []
    names = [profile] if profile else [each.name for each in wiring.profiles]
    try:
        places = await saved_places(source, settings)
        checks = await asyncio.gather(*(check_server(wiring, name) for name in names))
    finally:
        await wiring.aclose()
    return [
        _server(check, settings.profiles.get(name), places.get(name, ""))
        for name, check in zip(names, checks, strict=True)
    ]


def _server(check: ServerCheck, settings: ProfileSettings | None, place: str) -> DoctorSection:
    address = "embedded server" if check.profile.embedded else check.profile.base_url
    found = [*_way(check, settings, place), *_outcome(check.outcome)]
    if check.refused_certificate is not None:
        found.append(Finding(f"it shows {_shown(check.refused_certificate)}"))
    return DoctorSection(f"Profile {check.profile.name} ({check.profile.api}, {address})", found)


def _way(check: ServerCheck, settings: ProfileSettings | None, place: str) -> Iterator[Finding]:
    if settings is not None:
        secret = settings.secret
        stands = "command" if secret.command else "settings" if secret.is_set else ""
        told = f"from the {stands}" if stands else "not kept: asked for when it is needed"
        yield Finding(f"{secret.noun} {f'kept in {place}' if place else told}")
    yield Finding(f"through the proxy {check.proxy}" if check.proxy else "no proxy on the way")
    if check.authorities:
        yield Finding(f"certificates believed: {', '.join(check.authorities)}")


def _outcome(outcome: ServerProbe | RunnelError) -> Iterator[Finding]:
    if isinstance(outcome, RunnelError):
        yield Finding(outcome.sentence, outcome.exit_code)
        if outcome.hint:
            yield Finding(outcome.hint)
        return
    # the page asked for need not exist: what is asked is whether somebody is there
    enough = " is answer enough" if 400 <= outcome.status < 500 else ""
    answered = f"answers after {outcome.duration_s:.2f} s (HTTP {outcome.status}{enough})"
    yield Finding(answered, RunnelError.exit_code if outcome.status >= 500 else 0)
    if outcome.certificate is not None:
        yield Finding(_shown(outcome.certificate))
    yield _clock(outcome.ahead_s)


def _shown(certificate: Certificate) -> str:
    until = certificate.expires_at
    parts = [
        f"{certificate.protocol}: certificate of {certificate.subject or 'nobody'}",
        f"issued by {certificate.issuer or 'nobody'}",
    ]
    return ", ".join([*parts, f"until {until:%Y-%m-%d}"] if until is not None else parts)


def _clock(ahead_s: float | None) -> Finding:
    if ahead_s is None:
        return Finding("does not tell its time")
    if abs(ahead_s) < CLOCKS_APART_S:
        return Finding("its clock and the one here agree")
    direction = "ahead of" if ahead_s > 0 else "behind"
    sentence = f"the clock here is {abs(ahead_s):,.0f} s {direction} the server's: set it right"
    return Finding(sentence, RunnelError.exit_code)


def _redacted(text: str, settings: Settings | None) -> str:
    known = KnownSecrets()
    if settings is not None:
        known.add(settings.proxy.reveal())
        for each in settings.profiles.values():
            known.add(each.secret.value.reveal(), each.account)
            known.add(each.proxy.reveal())
    home = str(Path.home())
    return known.redact(text.replace(home, "~") if len(home) > 1 else text)
