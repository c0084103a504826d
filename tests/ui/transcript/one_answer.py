from __future__ import annotations

from tests.fakes import ScriptedBackend, assistant, user


def talk(answer: str) -> ScriptedBackend:
    return ScriptedBackend(histories={"s": [user("q", "Q"), assistant("a", answer)]})
