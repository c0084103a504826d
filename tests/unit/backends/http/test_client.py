from __future__ import annotations

import base64
import os
from pathlib import Path

import httpx
import pytest
import trustme

from tests.unit.backends.http.socket_servers import (
    HOST,
    PORT,
    URL,
    Proxy,
    answer,
    behind_proxy,
    misunderstand,
    serving,
)
from tui.backends.http.client import build_client
from tui.backends.http.exchange import exchange
from tui.backends.http.response import WholeResponse
from tui.backends.http.tls import trusted
from tui.errors import BadInput, Unreachable

VARIABLES = (
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
)


@pytest.fixture(autouse=True)
def _no_network_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)
        monkeypatch.delenv(variable.lower(), raising=False)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


async def read(client: httpx.AsyncClient, url: str = URL) -> WholeResponse:
    async with client:
        return await exchange(client, "GET", url)


class TestProxies:
    async def test_the_setting_leads_to_other_hosts(
        self, authority: trustme.CA, ca_file: str
    ) -> None:
        with behind_proxy(authority) as proxy:
            received = await read(build_client(URL, proxy=proxy.url, ca_file=ca_file))
        assert received.json() is None
        assert proxy.heads[0].startswith(f"CONNECT {HOST}:{PORT} HTTP/1.1")

    @pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
    async def test_the_usual_variables_do(
        self,
        authority: trustme.CA,
        ca_file: str,
        variable: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        with behind_proxy(authority) as proxy:
            monkeypatch.setenv(variable, proxy.url)
            await read(build_client(URL, ca_file=ca_file))
        assert len(proxy.heads) == 1

    async def test_plain_http_has_its_own_variable(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with behind_proxy(None) as proxy:
            monkeypatch.setenv("HTTP_PROXY", proxy.url)
            monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
            await read(build_client(f"http://{HOST}"), f"http://{HOST}/x")
        assert proxy.heads[0].startswith(f"GET http://{HOST}/x HTTP/1.1")

    async def test_the_setting_goes_before_the_variables(
        self, authority: trustme.CA, ca_file: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
        with behind_proxy(authority) as proxy:
            await read(build_client(URL, proxy=proxy.url, ca_file=ca_file))
        assert len(proxy.heads) == 1

    async def test_name_and_password_go_to_the_proxy_only(
        self, authority: trustme.CA, ca_file: str
    ) -> None:
        with behind_proxy(authority) as proxy:
            address = proxy.url.replace("//", "//me:hunter22@")
            await read(build_client(URL, proxy=address, ca_file=ca_file))
        told = base64.b64encode(b"me:hunter22").decode()
        assert f"proxy-authorization: basic {told}".lower() in proxy.heads[0].lower()

    async def test_none_stands_before_this_machine(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for variable in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(variable, "http://127.0.0.1:1")
        with serving(answer) as port:
            url = f"http://127.0.0.1:{port}"
            assert (await read(build_client(url, proxy="http://127.0.0.1:1"), url)).status == 200

    @pytest.mark.parametrize("exception", [HOST, ".runnel.test", "x.test, runnel.test", "*"])
    async def test_none_stands_before_what_no_proxy_names(
        self, exception: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
        monkeypatch.setenv("NO_PROXY", exception)
        with pytest.raises(Unreachable) as told:
            await read(build_client(URL))
        assert "proxy" not in told.value.sentence

    async def test_a_dead_one_is_named_and_not_the_server(self) -> None:
        client = build_client(URL, proxy="http://me:hunter22@127.0.0.1:1")
        with pytest.raises(Unreachable) as told:
            await read(client)
        assert told.value.sentence == (
            f"The proxy http://127.0.0.1:1 does not answer, so {URL} cannot be reached."
        )
        assert not told.value.sent
        assert "hunter22" not in told.value.sentence + told.value.hint + repr(client)

    @pytest.mark.parametrize(
        ("status", "words", "passing"),
        [(403, "refuses connections to", False), (407, "asks for a name and password", False),
         (502, "refuses connections to", True), (503, "refuses connections to", True)],
    )  # fmt: skip
    async def test_one_that_refuses_is_named(self, status: int, words: str, passing: bool) -> None:
        refusal = f"HTTP/1.1 {status} No\r\ncontent-length: 0\r\n\r\n".encode()
        with behind_proxy(None, refusal=refusal) as proxy, pytest.raises(Unreachable) as told:
            await read(build_client(URL, proxy=proxy.url))
        assert words in told.value.sentence
        assert proxy.url in told.value.sentence
        assert not told.value.sent
        assert told.value.passing is passing

    async def test_the_server_behind_one_is_named_for_its_own_failures(self, ca_file: str) -> None:
        with serving(misunderstand) as port, serving(Proxy(port).handle) as front:
            client = build_client(URL, proxy=f"http://127.0.0.1:{front}", ca_file=ca_file)
            with pytest.raises(Unreachable, match="The TLS connection") as told:
                await read(client)
        assert URL in told.value.sentence

    @pytest.mark.parametrize(
        "address", ["socks5://proxy.example:1080", "http://me:hunter22@proxy:nope", "http://"]
    )
    def test_what_is_none_is_refused_by_its_key_without_its_password(
        self, address: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with pytest.raises(BadInput, match="set in the settings is not an HTTP proxy") as refused:
            build_client(URL, proxy=address)
        assert "hunter22" not in refused.value.sentence + refused.value.hint
        monkeypatch.setenv("HTTPS_PROXY", address)
        with pytest.raises(BadInput, match="set in the environment for https") as refused:
            build_client(URL)
        assert "hunter22" not in refused.value.sentence + refused.value.hint
        build_client("http://localhost:3026", proxy=address)


class TestCertificates:
    async def test_one_of_an_unknown_authority_is_refused(self, authority: trustme.CA) -> None:
        with (
            behind_proxy(authority) as proxy,
            pytest.raises(Unreachable, match=f"certificate of {URL} is not valid") as told,
        ):
            await read(build_client(URL, proxy=proxy.url))
        assert not told.value.sent
        assert not told.value.passing

    async def test_one_for_another_name_is_refused(
        self, authority: trustme.CA, ca_file: str
    ) -> None:
        with (
            behind_proxy(authority, "other.runnel.test") as proxy,
            pytest.raises(Unreachable, match="is not valid"),
        ):
            await read(build_client(URL, proxy=proxy.url, ca_file=ca_file))

    @pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
    async def test_the_usual_variables_name_an_authority(
        self,
        authority: trustme.CA,
        ca_file: str,
        variable: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setenv(variable, ca_file)
        with behind_proxy(authority) as proxy:
            assert (await read(build_client(URL, proxy=proxy.url))).status == 200

    async def test_a_folder_without_the_authority_is_not_added_to_the_usual_ones(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
        assert trusted().get_ca_certs() == []
        monkeypatch.delenv("SSL_CERT_DIR")
        assert trusted().get_ca_certs()

    def test_what_one_server_is_believed_by_is_not_believed_for_others(self, ca_file: str) -> None:
        usual = len(trusted().get_ca_certs())
        assert len(trusted(ca_file).get_ca_certs()) == usual + 1
        assert len(trusted().get_ca_certs()) == usual

    async def test_the_setting_adds_to_the_variables(
        self,
        authority: trustme.CA,
        ca_file: str,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        other = tmp_path / "other.pem"
        trustme.CA().cert_pem.write_to_path(str(other))
        monkeypatch.setenv("SSL_CERT_FILE", str(other))
        with behind_proxy(authority) as proxy:
            with pytest.raises(Unreachable):
                await read(build_client(URL, proxy=proxy.url))
            assert (await read(build_client(URL, proxy=proxy.url, ca_file=ca_file))).status == 200

    def test_a_file_without_certificates_is_told(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        gone, empty = tmp_path / "gone.pem", tmp_path / "empty.pem"
        empty.write_text("nothing")
        with pytest.raises(BadInput, match=r"ca_file names no certificates: .*gone\.pem \(No such"):
            build_client(URL, ca_file=str(gone))
        with pytest.raises(BadInput, match=r"ca_file names no certificates: .*none in it"):
            build_client(URL, ca_file=str(empty))
        os.mkfifo(tmp_path / "pipe")
        for odd in (str(tmp_path / "pipe"), "~nosuchuser/x.pem", "a\0b"):
            with pytest.raises(BadInput, match="ca_file names no certificates"):
                build_client(URL, ca_file=odd)
        monkeypatch.setenv("CURL_CA_BUNDLE", str(gone))
        with pytest.raises(BadInput, match="CURL_CA_BUNDLE names no certificates"):
            build_client(URL)

    def test_nothing_of_it_applies_to_this_machine(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "gone.pem"))
        build_client("http://localhost:3026", ca_file=str(tmp_path / "gone.pem"))
        build_client("https://localhost:3026", ca_file=str(tmp_path / "gone.pem"))
