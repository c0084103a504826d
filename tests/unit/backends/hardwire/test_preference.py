from __future__ import annotations

import json

import httpx
import pytest

from tests.fakes import present
from tests.unit.backends.hardwire.site import (
    USER,
    Route,
    Site,
    giving,
)
from tui.errors import (
    ServerFailed,
)


async def test_the_preferred_model_is_the_servers() -> None:
    preference = f"GET /api/users/{USER['id']}/model-preference"
    for answer, preferred in (
        (giving({"data": {"userId": "u", "modelId": "m"}}), "m"),
        (giving({"modelId": None}), ""),
        (giving({}, 404), ""),
    ):
        assert await Site({preference: answer}).backend().preferred_bot() == preferred


PREFERENCE = f"/api/users/{USER['id']}/model-preference"


async def test_the_preferred_model_is_told_to_the_server() -> None:
    site = Site({f"POST {PREFERENCE}": giving({"success": True, "modelId": "m"})})
    await present(site.backend().bot_preference).prefer_bot("a/b")
    (request,) = site.asked(f"POST {PREFERENCE}")
    assert json.loads(request.content) == {"modelId": "a/b"}


@pytest.mark.parametrize("answer", [giving({}, 404), lambda _: httpx.Response(405)])
async def test_a_host_that_keeps_no_preference_is_asked_once(answer: Route) -> None:
    site = Site({f"POST {PREFERENCE}": answer, f"GET {PREFERENCE}": answer})
    backend = site.backend()
    preference = present(backend.bot_preference)
    for _ in range(2):
        await preference.prefer_bot("m")
        assert await backend.preferred_bot() == ""
    assert len(site.requests) == 2


async def test_a_preference_that_is_refused_is_told() -> None:
    backend = Site({f"POST {PREFERENCE}": giving({"code": "X", "error": "No such model"}, 400)})
    with pytest.raises(ServerFailed, match="No such model"):
        await present(backend.backend().bot_preference).prefer_bot("m")
