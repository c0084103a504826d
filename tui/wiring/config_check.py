"""Check of a configuration beyond its schema: addresses, proxies, certificates, theme and keys."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Iterator

import httpx

from tui.backends.http.address import is_exposed, normalise_base_url
from tui.backends.http.proxy import proxy_for
from tui.backends.http.tls import trusted
from tui.errors import BadInput
from tui.formatting.nearest import did_you_mean
from tui.safe_text import clean_line
from tui.settings import ConfigSource, ProfileSettings, Settings
from tui.settings.checking import settings_and_problems
from tui.settings.error_messages import Problem, Problems


def config_problems(source: ConfigSource) -> list[Problem]:
    """Return everything that is wrong with the configuration, in the order of the file."""
    settings, wrong = settings_and_problems(source)
    problems = Problems(source.file, source.environment)
    wrong += _profile_problems(settings, problems)
    wrong += _ui_problems(source, settings, problems)
    # those of variables stand last: of them no line is told
    return sorted(
        wrong,
        key=lambda each: (
            (1, 0, 0) if each.place is None else (0, each.place.line, each.place.column)
        ),
    )


def _profile_problems(settings: Settings, problems: Problems) -> Iterator[Problem]:
    for name, profile in settings.profiles.items():
        yield from _address_problems(name, profile, settings, problems)
        yield from _certificate_problems(name, profile, settings, problems)
        secret = profile.secret
        program = next(iter(shlex.split(secret.command)), "")
        if program and shutil.which(program) is None:
            # it is not named: by mistake it may be the secret itself
            path = ("profiles", name, f"{secret.key}_command")
            yield problems.about(path, "names a program that is not installed")


def _address_problems(
    name: str, profile: ProfileSettings, settings: Settings, problems: Problems
) -> Iterator[Problem]:
    above = ("profiles", name)
    try:
        base_url = normalise_base_url(profile.address)
    except BadInput as error:
        yield problems.about((*above, "base_url"), f"cannot be used: {error.sentence.rstrip('.')}")
        return
    if is_exposed(base_url) and not profile.plain_http:
        sentence = "would send secrets unprotected: let it begin with https://, or set plain_http"
        yield problems.about((*above, "base_url"), sentence)
    own = profile.proxy.reveal()
    try:
        proxy_for(httpx.URL(base_url), own or settings.proxy.reveal())
    except BadInput as error:
        place = (*above, "proxy") if own else ("proxy",)
        if own or settings.proxy.reveal():
            yield problems.about(place, "is not an HTTP proxy, as http://proxy:3128")
        else:
            yield Problem(error.sentence)


def _certificate_problems(
    name: str, profile: ProfileSettings, settings: Settings, problems: Problems
) -> Iterator[Problem]:
    try:
        trusted(profile.ca_file or settings.ca_file)
    except BadInput as error:
        if not error.sentence.startswith("ca_file"):
            # a variable that other programs know
            yield Problem(error.sentence)
            return
        path = ("profiles", name, "ca_file") if profile.ca_file else ("ca_file",)
        yield problems.about(path, error.sentence.removeprefix("ca_file ").rstrip("."))


def _ui_problems(source: ConfigSource, settings: Settings, problems: Problems) -> Iterator[Problem]:
    from tui.ui.app import RunnelApp
    from tui.ui.commands.context import Context
    from tui.ui.commands.contexts import CONTEXTS, DIALOG_CONTEXTS
    from tui.ui.commands.keymap import check_keymap
    from tui.ui.themes.catalogue import AUTO, ThemeCatalogue

    catalogue = ThemeCatalogue(source.folder / "themes", few_colours=False)
    yield from map(Problem, catalogue.notices)
    themes = [AUTO, *catalogue.names]
    if settings.theme and settings.theme not in themes:
        near = did_you_mean(settings.theme, themes) or f"; there are {', '.join(themes)}"
        name = clean_line(settings.theme, 40)
        yield problems.about(("theme",), f"names '{name}', and there is no such theme{near}")
    contexts = (Context("Anywhere", RunnelApp), *CONTEXTS, *DIALOG_CONTEXTS)
    for problem in check_keymap(settings.keys, contexts)[1]:
        yield problems.about(("keys", problem.action_id), problem.predicate)
