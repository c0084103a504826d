from __future__ import annotations

import base64
import html
import json
import secrets
import tracemalloc
from collections.abc import Callable
from urllib.parse import quote

import httpx
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.fuzz import FUZZ
from tests.processor_time import processor_time
from tests.tables import each_row
from tests.unit.backends.canned import BASE_URL, Wire
from tui.backends.http.credentials import Credentials
from tui.backends.http.exchange import exchange
from tui.formatting.masking import MASK, forms_of, masked, open_end

EXAMPLES = 60 * FUZZ
SECRET = "s3cr3t/T0ken+val=ue.x"

Encode = Callable[[str], str]


def all_percent(text: str) -> str:
    return "".join(f"%{byte:02x}" for byte in text.encode())


def all_json(text: str) -> str:
    units = text.encode("utf-16-be")
    return "".join(f"\\u{units[at : at + 2].hex().upper()}" for at in range(0, len(units), 2))


ENCODINGS: dict[str, Encode] = {
    "as it is": str,
    "upper case": str.upper,
    "lower case": str.lower,
    "percent": lambda text: quote(text, safe=""),
    "percent in lower case": lambda text: quote(text, safe="").lower(),
    "every character as percent": all_percent,
    "percent twice": lambda text: quote(quote(text, safe=""), safe=""),
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON with escaped slashes": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "every character as JSON": all_json,
    "JSON in JSON": lambda text: json.dumps(json.dumps(text)),
    "HTML": html.escape,
    "numbers of HTML": lambda text: "".join(f"&#{ord(each)};" for each in text),
    "hexadecimal numbers of HTML": lambda text: "".join(f"&#X{ord(each):x};" for each in text),
    "percent in JSON": lambda text: all_json(quote(text, safe="")),
    "quoted": repr,
    "every character as bytes": lambda text: "".join(f"\\x{ord(each):02x}" for each in text),
    "hex": lambda text: text.encode().hex(),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 for the web": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "basic sign-in": lambda text: base64.b64encode(f"me:{text}".encode()).decode(),
    "basic sign-in, longer": lambda text: base64.b64encode(f"myself:{text}&".encode()).decode(),
}


@each_row("encode", ENCODINGS.values())
def test_a_secret_is_masked_however_it_is_encoded(encode: Encode) -> None:
    said = encode(SECRET)
    shown = masked(f"before {said} after", forms_of([SECRET]))
    assert MASK in shown
    assert shown.startswith("before ")
    assert shown.endswith(" after")
    # of base64 the characters at the ends also hold bits of what stands beside
    assert len(shown.removeprefix("before ").removesuffix(" after").replace(MASK, "")) <= 14
    assert said[4:-4] not in shown


@pytest.mark.parametrize("secret", ["0<\\\\!!", "100%25-sure", "a\\u0041b&amp;"])
def test_a_secret_that_looks_encoded_itself_is_masked(secret: str) -> None:
    for encode in (str, html.escape, quote, json.dumps):
        assert MASK in masked(f"key {encode(secret)} refused", forms_of([secret]))


@each_row("secret", ["İstanbul-İİ", "straße-ẞ9", "ﬁne-ǅ-Σς"])
def test_a_secret_beside_letters_that_change_their_length_is_masked_where_it_stands(
    secret: str,
) -> None:
    for said in (secret, quote(secret)):
        shown = masked(f"İİ before {said} after", forms_of([secret]))
        assert shown == f"İİ before {MASK} after", (said, shown)


@settings(max_examples=EXAMPLES)
@given(
    secret=st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=4),
    encodings=st.lists(st.sampled_from(list(ENCODINGS)[:14]), min_size=1, max_size=2),
    before=st.text('ghxyz .:/{}"', max_size=20),
    behind=st.text('ghxyz .:/{}"', max_size=20),
)
def test_no_encoding_brings_a_secret_back(
    secret: str, encodings: list[str], before: str, behind: str
) -> None:
    # the case of some letters cannot be changed and changed back
    assume(all(len(each.upper()) == len(each.lower()) == 1 for each in secret))
    assume(secret.upper().lower() == secret.lower())
    assume(secret.lower() not in (before + behind).lower())
    # of one that is all escapes, hardly anything would be left to look for
    assume(not set(secret) & set("\\%&"))
    said = secret
    for each in encodings:
        said = ENCODINGS[each](said)
    shown = masked(f"{before}{said}{behind}", forms_of([secret]))
    assert MASK in shown
    assert secret.lower() not in shown.lower()


@settings(max_examples=EXAMPLES)
@given(st.text(max_size=100))
def test_text_without_a_secret_stays_as_it_is(text: str) -> None:
    assert masked(text, forms_of([SECRET])) == text
    assert masked(text, frozenset()) == text


@pytest.mark.parametrize(
    ("secret", "text"),
    [
        ("a" * 8_000 + "b", "a" * 64_000),
        ("%41" * 2_000 + "b", "%41" * 20_000),
        ("s" * 1_000, "\\u0073" * 10_000),
        ("ab" * 4_000 + "c", "&#97;b" * 10_000),
        ("%" * 5_000, "%25" * 20_000),
    ],
    ids=[*"012345678"[:5]],
)
def test_no_text_takes_long_to_look_through(secret: str, text: str) -> None:
    with processor_time() as taken_s:
        masked(text, forms_of([secret]))
        assert taken_s() < 2


@each_row("encode", ENCODINGS.values())
@each_row("status", [302, 401, 429, 500])
async def test_nothing_a_failure_repeats_of_us_is_told(encode: Encode, status: int) -> None:
    said = encode(SECRET).replace("\n", "")
    body = json.dumps({"error": said, "message": f"{said}: no", "code": said, "requestId": said})
    for content in (body, said, f"<title>{said}</title>", f'{{"error": "{said}"}}'):
        headers = {
            "location": f"https://elsewhere.example/{said}?next={said}",
            "x-request-id": f"{'i' * 90}{said}",
            "retry-after": said,
        }
        wire = Wire(httpx.Response(status, headers=headers, content=content.encode()))
        credentials = Credentials({"authorization": f"Bearer {SECRET}"}, (SECRET,))
        async with wire.client() as client:
            received = await exchange(client, "GET", BASE_URL, credentials=credentials)
        error = received.failure
        assert error is not None
        told = f"{error.sentence} {error.hint} {error.request_id} {error}"
        assert said[8:-8].lower() not in told.lower()
        assert SECRET[:12].lower() not in told.lower()


@each_row(
    "location",
    [
        f"https://{SECRET.split('/')[0]}.example/",
        f"//elsewhere.example/{quote(SECRET)}",
        f"/login/{all_percent(SECRET)}",
        f"https://{quote(SECRET, safe='')}@elsewhere.example/",
        f"{SECRET.split('/')[0]}:x",
    ],
)
async def test_no_redirect_tells_our_secret(location: str) -> None:
    secret = SECRET if "%" in location or "@" in location else SECRET.split("/")[0]
    wire = Wire(httpx.Response(307, headers={"location": location}))
    credentials = Credentials({"cookie": f"a={secret}"}, (secret,))
    async with wire.client() as client:
        received = await exchange(client, "POST", BASE_URL, credentials=credentials)
    assert received.failure is not None
    assert "s3cr3t" not in received.failure.sentence.lower()
    assert "%73%33" not in received.failure.sentence.lower()


def test_the_beginnings_of_a_long_secret_take_no_more_memory_than_a_few_of_it() -> None:
    forms = forms_of([secrets.token_hex(4_000)])
    tracemalloc.start()
    try:
        open_end("x", forms)
        held_bytes, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held_bytes < 4 * sum(map(len, forms))


@given(st.text("ab"), st.sets(st.text("ab", min_size=1, max_size=6), max_size=4))
def test_what_is_open_at_an_end_is_the_longest_that_a_form_begins_with(
    text: str, forms: set[str]
) -> None:
    starts = range(len(text))
    opened = (at for at in starts if any(form.startswith(text[at:]) for form in forms))
    assert open_end(text, forms) == next(opened, len(text))
