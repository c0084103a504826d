from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest
import trustme

from tests.tables import each_row
from tests.unit.backends.canned import BASE_URL, Wire
from tests.unit.backends.http.socket_servers import URL, behind_proxy
from tui.backends.http.client import build_client
from tui.backends.http.server_probe import ServerProbe, probe_server
from tui.errors import Unreachable

NOW = datetime(2026, 11, 26, 14, 0, 0, 400_000, UTC)


async def probed(date: str | None, status: int = 404) -> tuple[ServerProbe, Wire]:
    wire = Wire(httpx.Response(status, headers={} if date is None else {"date": date}))
    async with wire.client() as client:
        return await probe_server(client, BASE_URL, lambda: NOW), wire


@each_row(
    ("ahead", "told_s"),
    [
        (timedelta(0), 0.0),
        (timedelta(seconds=0.9), 0.0),
        (timedelta(minutes=5), 299.0),
        (timedelta(minutes=-5), -300.0),
        (timedelta(days=400), 34_559_999.0),
    ],
)
async def test_clocks_are_compared_as_far_as_whole_seconds_and_the_way_allow(
    ahead: timedelta, told_s: float
) -> None:
    probe, _ = await probed(format_datetime(NOW - ahead, usegmt=True))
    assert probe.ahead_s == pytest.approx(told_s, abs=1)


@each_row("date", [None, "", "yesterday", "Thu, 99 Nov 2026 14:00:00 GMT"])
async def test_a_date_that_is_none_tells_nothing(date: str | None) -> None:
    probe, _ = await probed(date)
    assert probe.ahead_s is None


@each_row("status", [200, 302, 401, 404, 503])
async def test_any_status_is_an_answer_and_one_call_is_made_without_a_secret(status: int) -> None:
    probe, wire = await probed(None, status)
    assert (probe.status, probe.certificate) == (status, None)
    [request] = wire.requests
    assert (request.method, request.url.path) == ("GET", "/")
    assert not {"authorization", "cookie"} & {*request.headers}


async def test_the_certificate_tells_who_made_it_for_whom(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(variable, raising=False)
    authority = trustme.CA(organization_name="Evil \x1b]52;c;aGk=\x07 Corp")
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    with behind_proxy(authority) as proxy:
        async with build_client(URL, proxy=proxy.url, ca_file=str(file)) as client:
            probe = await probe_server(client, URL)
        async with build_client(URL, proxy=proxy.url) as client:
            with pytest.raises(Unreachable, match=r"certificate of .* is not valid"):
                await probe_server(client, URL)
    shown = probe.certificate
    assert probe.status == 200
    assert shown is not None
    assert shown.protocol.startswith("TLSv1.")
    assert "Evil" in shown.issuer
    assert "\x1b" not in shown.issuer
    assert shown.expires_at is not None
    assert shown.expires_at > NOW
