from __future__ import annotations

from datetime import date
from string import ascii_letters, ascii_lowercase, digits, hexdigits

from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz import PROFILE
from tests.tables import each_row
from tui.export.personal_data import Kind, findings

MASKED = {
    Kind.EMAIL: (
        "ada@example.com", "Ada.Lovelace+shop@mail.example.co.uk", "ada_l@example.com",
        "ada@münchen.de", "ada@xn--mnchen-3ya.de", "日本@例え.jp", "ADA@EXAMPLE.COM",
        "ａｄａ＠ｅｘａｍｐｌｅ．ｃｏｍ", "ada%40example.com", "ada&#64;example.com",
        "ada\\u0040example.com",
        "ada\\_l@example.com", "ada@*example*.com", "o'hara@example.com",
        "ada (at) example (dot) com", "ada[at]example.com", "ada@exam…", "ada.lovelace@…",
    ),
    Kind.CARD: (
        "4111111111111111", "4111 1111 1111 1111", "5500-0000-0000-0004", "378282246310005",
        "3782 822463 10005", "6011000990139424", "３７８２８２２４６３１０００５", "30569309025904",
    ),
    Kind.IBAN: (
        "DE89370400440532013000", "DE89 3704 0044 0532 0130 00", "GB29 NWBK 6016 1331 9268 19",
        "fr1420041010050500013m02606", "NO93 8601 1117 947", "CH93-0076-2011-6238-5295-7",
    ),
    Kind.PHONE: (
        "+49 171 1234567", "+1 (555) 010-9999", "+442079460958", "0049 171 1234567",
        "(212) 555-0123", "212-555-0123", "1-212-555-0123", "212.555.0123", "030 1234567",
        "0171/1234567", "01 23 45 67 89", "01.23.45.67.89", "020 7946 0958", "01711234567",
        "٠١٧١١٢٣٤٥٦٧", "+81-3-1234-5678", "+49\u00a0171\u2011123\u2011456", "+49(0)171/123 45 67",
    ),
    Kind.IP: ("203.0.113.7", "192.168.1.20", "2001:db8::8a2e:370:7334", "fe80::1ff:fe23:4567:890a"),
    Kind.KEY: (
        "sk-proj-abcDEF0123456789abcdef", "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
        "AKIAIOSFODNN7EXAMPLE",
        "ghp_16C7e42F292c6912E7710c838347Ae178B4a", "xoxb-123456789012-abcdefABCDEF",
        "AIzaSyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY", "glpat-abc123DEF456ghi789jk",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-DEF_123", "hf_abcdefghijklmnop",
        "wJalrXUtnFEMI7K7MDENGbPxRfiCYEXAMPLEKEY9",
    ),
}  # fmt: skip

BEGINNINGS = [
    "sk-", "sk_", "pk-", "pk_", "rk-", "rk_", "sk-proj-", "sk_live_", "pk_test_", "gho_", "ghp_",
    "ghr_", "ghs_", "ghu_", "github_pat_", "glpat-", "gldt-", "npm_", "hf_", "pypi-", "dop_v1_",
    "shpat_", "shpss_", "xoxa-", "xoxb-", "xoxe-", "xoxo-", "xoxp-", "xoxr-", "xoxs-", "xapp-",
    "lin_api_", "r8_", "gsk_", "tvly-", "nvapi-", "sq0atp-", "EAACEdEose0cBA", "ya29.", "AIza",
    "SG.", "whsec_", "rpa_", "AKIA", "ASIA", "ABIA", "ACCA", "eyJABCDEF.",
    "https://hooks.slack.com/services/", "12345678:AA",
]  # fmt: skip
NAMES = [
    "pass", "password", "passwd", "passphrase", "pwd", "Passwort", "Kennwort", "mot de passe",
    "CONTRASEÑA", "contraseña", "密码", "SECRET", "token", "api_key", "api-key", "apikey",
    "access-key", "auth_key", "private-key", "client_secret", "authorization", "signature",
    "X-Amz-Signature", "sig", "session_id", "sessionid", "cookie", "pa\u017f\u017fword",
    "to\u212aen", "s\u0131g", "S\u0130G",
]  # fmt: skip

IN_WORDS = {
    "ada@example.com-": (Kind.EMAIL, "ada@example.com"),
    "**ada**@example.com": (Kind.EMAIL, "ada**@example.com"),
    "Call me: +49 171 1234567, or write.": (Kind.PHONE, "+49 171 1234567"),
    "Tel.: 123456": (Kind.PHONE, "123456"),
    "my phone number is 555 1234": (Kind.PHONE, "555 1234"),
    "电话：12345678": (Kind.PHONE, "12345678"),
    "<a href='tel:5551234'>": (Kind.PHONE, "5551234"),
    "[mail](mailto:ada@example.com)": (Kind.EMAIL, "ada@example.com"),
    "https://x.example/?m=ada%40example.com&b=1": (Kind.EMAIL, "ada%40example.com"),
    "password: hunter2!": (Kind.KEY, "hunter2!"),
    "Das Passwort ist geheim123.": (Kind.KEY, "geheim123."),
    "Authorization: Bearer abc123def456": (Kind.KEY, "abc123def456"),
    "https://ada:pa55@shop.example/x": (Kind.KEY, "ada:pa55"),
    "?api_key=a1b2c3d4&x=1": (Kind.KEY, "a1b2c3d4"),
    "IBAN DE89 3704 0044 0532 0130 00 bitte": (Kind.IBAN, "DE89 3704 0044 0532 0130 00"),
    "card 4111 1111 1111 1111 12/29": (Kind.CARD, "4111 1111 1111 1111"),
    "Call +49 171 12345…": (Kind.PHONE, "+49 171 12345"),
}

LEFT = (
    "2026-11-01", "2026-11-01T09:30:00Z", "2026-11-01 09:30:12.123456", "01.11.2026", "01/11/2026",
    "1/2/26", "09:30:12", "1700000000", "1700000000123", "20261101093000",
    "order 100234567", "Order #0123456789", "Bestellung 0301234567", "invoice no. 4111111111111",
    "ORD-2026-000123", "#4711", "111-1234567-1234567", "SKU 0123-4567", "ISBN 978-3-16-148410-0",
    "v1.2.3", "1.2.3.4-beta", "version 10.0.19041.1", "version 1.2.3.4", "Chrome/120.0.0.0",
    "python 3.11.4", "127.0.0.1", "0.0.0.0", "255.255.255.0", "::1", "::", "std::vector", "a::b",
    "12:30:45", "00:1A:2B:3C:4D:5E",
    "d41d8cd98f00b204e9800998ecf8427e", "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "5f1d0a6c83b94e2f9a57c6de10b42a91", "550e8400-e29b-41d4-a716-446655440000",
    "4111111111111112", "DE89370400440532013001", "0000 0000 0000 0000", "1234567890123456",
    "@ada", "npm i foo@1.2.3", "git@github.com:org/repo.git", "a @ b", "user@host",
    "getUserAccountInformationByIdentifier2", "/usr/local/lib/python3.11/site-packages/tui",
    "https://docs.example/guide/getting-started-with-exports-2026", "AVeryLongClassNameInSomeCode",
    "$19.99", "1,234,567.89", "3.14159265358979", "10 000 000", "50-60 %", "2 x 4 x 8",
    "5*10*15*20",
    "The password is wrong.", "password: ********", "token: $TOKEN", "secret = None",
    "reset password",
    "sk-learn", "risk-free", "task_list_of_the_whole_department", "24/7", "9-17 Uhr", "0-100",
    "[3.4][1.2]", "RFC 4180", "ISO 8601", "1 2 3 4 5 6 7 8 9 10", "page 12 of 345",
    "Basic principles",
    "日本語のテキスト", "ไม่มีอะไร", "price: 0.123456789", "0.5-0.75", "x=0123",
)  # fmt: skip


@each_row(("kind", "text"), [(kind, text) for kind, texts in MASKED.items() for text in texts])
@each_row("around", ["{}", "a {} b", "({}).", "„{}“", "x: {}\n", "{}, and"])
def test_personal_data_is_found_whole(kind: Kind, text: str, around: str) -> None:
    whole = around.format(text)
    found = findings(whole)
    assert [(each.kind, whole[each.start : each.end]) for each in found] == [(kind, text)]


@each_row(("text", "expected"), IN_WORDS.items())
def test_what_names_it_tells_it(text: str, expected: tuple[Kind, str]) -> None:
    assert [(each.kind, text[each.start : each.end]) for each in findings(text)] == [expected]


@each_row("begin", BEGINNINGS)
def test_a_key_is_told_by_what_its_issuer_lets_it_begin_with(begin: str) -> None:
    (found,) = findings(f"see {begin}ABCD0123EFGH4567ABCD0123EFGH4567 there")
    assert (found.kind, found.start) == (Kind.KEY, 4)


@each_row("name", NAMES)
@each_row("said", ["=", ": ", " is "])
def test_a_key_is_told_by_its_name_in_letters_of_any_kind(name: str, said: str) -> None:
    assert "hunter-2-go" in [each.value for each in findings(f"the {name}{said}hunter-2-go")]


@each_row("text", LEFT)
@each_row("around", ["{}", "a {} b", "({})."])
def test_what_only_looks_like_it_stays(text: str, around: str) -> None:
    assert findings(around.format(text)) == []


@each_row(
    ("one", "other"),
    [
        ("Ada@Example.com", "ada@example.com"),
        ("ada%40example.com", "ａｄａ＠example.com"),
        ("4111 1111 1111 1111", "4111-1111-1111-1111"),
        ("DE89 3704 0044 0532 0130 00", "de89370400440532013000"),
        ("+49 171 1234567", "0049 (171) 123-4567"),
        ("2001:db8:0::1", "2001:DB8::1"),
    ],
)
def test_one_thing_is_one_however_it_is_written(one: str, other: str) -> None:
    assert findings(one)[0].value == findings(other)[0].value


def _grouped(text: str, size: int, blank: str) -> str:
    return blank.join(text[at : at + size] for at in range(0, len(text), size))


@st.composite
def cards(draw: st.DrawFn) -> str:
    begin = draw(st.sampled_from(["4", "51", "55", "2221", "6011", "65"]))
    body = begin + draw(st.text(digits, min_size=15 - len(begin), max_size=15 - len(begin)))
    doubled = [int(each) * (1 + (at + 1) % 2) for at, each in enumerate(reversed(body))]
    check = -sum(each - 9 * (each > 9) for each in doubled) % 10
    return _grouped(f"{body}{check}", 4, draw(st.sampled_from(["", " ", "-"])))


@st.composite
def ibans(draw: st.DrawFn) -> str:
    country, size = draw(st.sampled_from([("DE", 18), ("FR", 23), ("NO", 11), ("GB", 18)]))
    account = draw(st.text(digits, min_size=size, max_size=size))
    number = int("".join(str(int(each, 36)) for each in f"{account}{country}00"))
    return _grouped(f"{country}{98 - number % 97:02}{account}", 4, draw(st.sampled_from(["", " "])))


LABELS = st.text(ascii_lowercase + digits + "-", min_size=1, max_size=9).map(
    lambda text: f"a{text}a"
)
EMAILS = st.builds(
    lambda local, host, ending: f"{local}@{host}.{ending}",
    st.text(ascii_letters + digits + "._+-", max_size=12).map(lambda text: f"a{text}z"),
    st.lists(LABELS, min_size=1, max_size=3).map(".".join),
    st.text(ascii_lowercase, min_size=2, max_size=6),
)
PHONES = st.builds(
    lambda country, area, rest, blank: f"+{country}{blank}{area}{blank}{rest}",
    st.integers(1, 998),
    st.integers(10, 999),
    st.integers(10_000, 9_999_999),
    st.sampled_from([" ", "-", "", "/", ".", " ("]),
).map(lambda text: text + ")" * text.count(" ("))
ADDRESSES = st.ip_addresses(v=4).filter(lambda each: each.is_global).map(str)
KEYS = st.builds(
    lambda begin, rest: begin + rest,
    st.sampled_from(["sk-proj-", "ghp_", "AIza", "hf_", "glpat-", "xoxb-", "sk_live_"]),
    st.text(ascii_letters + digits, min_size=20, max_size=40),
)


@given(
    st.one_of(
        *(
            st.tuples(st.just(kind), written)
            for kind, written in {
                Kind.CARD: cards(),
                Kind.IBAN: ibans(),
                Kind.EMAIL: EMAILS,
                Kind.PHONE: PHONES,
                Kind.IP: ADDRESSES,
                Kind.KEY: KEYS,
            }.items()
        )
    ),
    st.sampled_from(["{}", "see {}, please", "({})", "“{}”", "x={}&y=1", "\n{}\n"]),
)
@PROFILE
def test_whatever_is_one_is_masked_from_end_to_end(told: tuple[Kind, str], around: str) -> None:
    _, written = told
    whole = around.format(written)
    begin = whole.index(written)
    covered = {at for each in findings(whole) for at in range(each.start, each.end)}
    assert {*range(begin, begin + len(written))} - covered <= {
        # a mark at an end tells nothing
        at
        for at in range(begin, begin + len(written))
        if whole[at] in "().-+ "
    }


DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))
HASHES = st.sampled_from([32, 40, 64, 128]).flatmap(
    lambda size: st.text(hexdigits.lower()[:16], min_size=size, max_size=size)
)


@given(
    st.one_of(
        st.uuids().map(str),
        HASHES.filter(lambda text: not text.isdigit()),
        st.builds(lambda day, hour: f"{day}T{hour}", DAYS, st.times()),
        DAYS.map(str),
        DAYS.map(lambda day: f"{day.day:02}.{day.month:02}.{day.year:04}"),
        st.times().map(str),
        st.tuples(*[st.integers(0, 99)] * 3).map(lambda parts: "v" + ".".join(map(str, parts))),
        st.integers(0, 999_999).map(lambda number: f"Order {number}"),
        st.decimals(0, 10**6, places=2).map(lambda price: f"{price} €"),
    )
)
@PROFILE
def test_whatever_only_looks_like_one_stays(written: str) -> None:
    assert findings(f"a {written} b") == []
