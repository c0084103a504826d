"""Errors that a plain call ends with, for answers laid out beforehand."""

from __future__ import annotations

import httpx
import pytest

from tests.unit.backends.canned import BASE_URL, Wire
from tui.backends.http.credentials import Credentials
from tui.backends.http.exchange import exchange
from tui.errors import RunnelError

SECRET = "s3cr3t-t0ken-value"


async def failure(*answers: httpx.Response | Exception, secret: str = SECRET) -> RunnelError:
    wire = Wire(*answers)
    credentials = Credentials({"authorization": f"Bearer {secret}"}, (secret,))
    async with wire.client() as client:
        with pytest.raises(RunnelError) as raised:
            (await exchange(client, "GET", f"{BASE_URL}/api/x", credentials=credentials)).json()
    return raised.value
