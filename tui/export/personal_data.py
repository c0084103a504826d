"""Personal data and keys in a text, found by their shapes: where each stands and what it is.

What only looks like one is left: dates, versions, order numbers, hashes and ids.
"""

from __future__ import annotations

import enum
import ipaddress
import re
import unicodedata
from collections.abc import Callable, Iterator

from msgspec import Struct

from tui.export.key_shapes import key_spans
from tui.formatting.masking import Layer, layers_of


class Kind(enum.Enum):
    """Kinds of what is masked, as a placeholder names them; the first of two at one place wins."""

    KEY = "key"
    EMAIL = "e-mail"
    IBAN = "IBAN"
    CARD = "card number"
    PHONE = "phone number"
    IP = "IP address"
    NAME = "name"
    IDENTITY = "identity"
    LEAD = "lead detail"


_ORDER = {kind: at for at, kind in enumerate(Kind)}


class FoundData(Struct, frozen=True):
    kind: Kind
    start: int
    end: int
    value: str
    """What tells it from others of its kind, however each is written."""


_LOCAL = r"[\w.'+~-]{1,64}"
# a cut title ends within the address
_EMAIL = re.compile(
    rf"{_LOCAL}@(?:(?:[\w-]{{1,63}}\.){{1,8}}(?:xn--[\w-]{{2,59}}|[^\W\d_]{{2,24}})|[\w.-]*…)"
)
_SPELLED_EMAIL = re.compile(
    r"[\w.+-]{1,64} ?[(\[{] ?at ?[)\]}] ?"
    r"(?:[\w-]{1,63} ?(?:\.|[(\[{] ?dot ?[)\]}]) ?){1,4}[a-z]{2,24}",
    re.I,
)
_SPELLED_AT = re.compile(r"[(\[{] ?at ?[)\]}]", re.I)
_NO_EMAIL = re.compile(r"(?:git|hg|svn)@", re.I)

_IBAN = re.compile(r"(?<![\w-])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}(?![^\W_])", re.I)

_IBAN_LENGTHS = (
    " AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27"
    " DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22"
    " IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19"
    " MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31"
    " SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 "
)
"""Country and length; without them one in a hundred hashes would pass. Source: SWIFT's registry."""

_CARD = re.compile(r"(?<![\w.])\d(?:[ -]?\d){12,18}(?!\w)(?![.,]\d)")
_ISSUER = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})"
    r"|(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)\d+|3[47]\d{13}"
    r"|(?:6011|65|64[4-9]|35|62)\d+|3(?:0[0-5]|[68])\d{11}|(?:50|5[6-9]|6[0-9])\d+"
)

_DIGITS = r"\d(?:[ \u00a0./\-()]{0,3}\d)"
_PHONES = (
    # international
    re.compile(
        rf"(?<![\w+])(?:\+|\(\+|00(?=[1-9]))(?:[ \u00a0]?{_DIGITS}{{6,14}})(?!\w)(?![-./]\w)"
    ),
    # North America
    re.compile(
        r"(?<![\w.+/-])(?:1[-. ])?(?:\([2-9]\d\d\) ?|[2-9]\d\d[-. ])"
        r"[2-9]\d\d[-. ]\d{4}(?![\w-])(?!\.\d)"
    ),
    # with a trunk zero: an area code apart from the rest
    re.compile(
        r"(?<![\w.,+:#/-])\(?0[1-9]\d{0,4}\)?[ /-]\d{2,8}(?:[ /-]\d{2,8}){0,4}(?![\w:-])(?!\.\d)"
    ),
    # French pairs, and one run of digits
    re.compile(r"(?<![\w.,+:#/-])0[1-9](?:\.\d\d){4}(?![\w-])"),
    re.compile(r"(?<![\w.,+:#/-])0[1-9]\d{8,9}(?![\w:-])(?!\.\d)"),
    # after a word that says so
    re.compile(
        r"(?:\b(?:tel|telephone|phone|mobile|cell|fax|whatsapp|sms|telefon|handy|mobil|rufnummer"
        r"|téléphone|teléfono|telefono|móvil|telefone|telefoon)\b\.?|☎|📞|电话|電話|手机|โทร)"
        r"(?: ?(?:no|nr|number|nummer|is|ist)\.?){0,2}[\s:=\"'/]{0,4}"
        rf"(?P<number>\+?\(?{_DIGITS}{{4,14}})(?!\w)",
        re.I,
    ),
    # the beginning of one, in a title that was cut
    re.compile(rf"(?<![\w.#-])(?P<number>\+?\(?{_DIGITS}{{5,14}})(?=…)"),
)
_DATE = re.compile(r"\d{1,2}[-./ ]\d{1,2}[-./ ](?:19|20)?\d\d|(?:19|20)\d\d[-./ ]\d\d[-./ ]\d\d.*")
_ORDER_WORD = re.compile(
    r"(?:order|bestellung|bestellnummer|commande|pedido|invoice|rechnung|ticket|case|ref|article"
    r"|artikel|item|sku|id|nr|no|number|nummer|#)[\s.:#=-]*$",
    re.I,
)

_IP4 = re.compile(r"(?<![\w.+-])\d{1,3}(?:\.\d{1,3}){3}(?![\w-])(?!\.\d)")
_IP6 = re.compile(
    r"(?<![\w:.])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?:\.\d{1,3}){0,3}(?![\w:])", re.I
)
_VERSION_WORD = re.compile(
    r"(?:\bv|version|release|build|chrome|firefox|safari|kernel)[\s:/=]*$", re.I
)
_ANY_DIGITS = re.compile(r"\d")
_EMPHASIS = re.compile(r"[*`~]+|(?<!\w)_+|_+(?!\w)")


def findings(text: str) -> list[FoundData]:
    """Return what is to be masked in a text, each at its place, however the text encodes it."""
    found = [
        FoundData(each.kind, *layer.span(each.start, each.end), each.value)
        for layer in layers_of(text)
        for each in _in_layer(layer)
        if each.end > each.start
    ]
    return merged(found)


def merged(found: list[FoundData]) -> list[FoundData]:
    """Return findings that do not overlap; what overlaps becomes one, of its longest part."""
    apart: list[FoundData] = []
    for each in sorted(found, key=lambda one: (one.start, -one.end, _ORDER[one.kind])):
        if not apart or each.start >= apart[-1].end:
            apart.append(each)
            continue
        last = apart[-1]
        best = min(last, each, key=lambda one: (one.start - one.end, _ORDER[one.kind]))
        apart[-1] = FoundData(best.kind, last.start, max(last.end, each.end), best.value)
    return apart


def _in_layer(layer: Layer) -> Iterator[FoundData]:
    text = plain_letters(layer.text)
    for start, end in key_spans(text):
        yield FoundData(Kind.KEY, start, end, text[start:end])
    if "@" in text:
        yield from _emails(text)
        if bare := _without_emphasis(text):
            yield from bare
    if _SPELLED_AT.search(text):
        for match in _SPELLED_EMAIL.finditer(text):
            yield FoundData(Kind.EMAIL, *match.span(), match[0].lower())
    if ":" in text:
        yield from _addresses(text, _IP6)
    if len(_ANY_DIGITS.findall(text)) < 4:
        return
    yield from _numbers(text, Kind.IBAN, _IBAN, _is_iban)
    yield from _numbers(text, Kind.CARD, _CARD, _is_card)
    yield from _addresses(text, _IP4)
    yield from _phones(text)


def plain_letters(text: str) -> str:
    """Return a text with wide letters, any digits, dashes and blanks as plain ones, in place."""
    return text if text.isascii() else text.translate(_plain)


class _PlainLetters(dict[int, str]):
    def __missing__(self, code: int) -> str:
        self[code] = _plain_letter(chr(code))
        return self[code]


def _plain_letter(character: str) -> str:
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    match unicodedata.category(character):
        case "Pd":
            return "-"
        case "Zs":
            return " "
        case _:
            plain = unicodedata.normalize("NFKC", character)
            return plain if len(plain) == 1 else character


_plain = _PlainLetters()


def _emails(text: str) -> Iterator[FoundData]:
    for match in _EMAIL.finditer(text):
        # marks around an address may be part of one, and hardly ever are
        start = match.start() + len(match[0]) - len(match[0].lstrip("'~.-"))
        if not _NO_EMAIL.match(text, start) and not _is_of_address(text, start):
            yield FoundData(Kind.EMAIL, start, match.end(), text[start : match.end()].lower())


def _is_of_address(text: str, start: int) -> bool:
    """Say whether a password stands there, in an address that holds one: `https://ada:pa55@`."""
    return re.search(r"://[^\s/@:]{1,80}:$", text[max(0, start - 90) : start]) is not None


def _without_emphasis(text: str) -> list[FoundData]:
    """Return the addresses that are parted by the marks of Markdown alone."""
    spans: list[tuple[int, int]] = []
    pieces: list[str] = []
    end = 0
    for mark in _EMPHASIS.finditer(text):
        spans += zip(range(end, mark.start()), range(end + 1, mark.start() + 1), strict=True)
        pieces.append(text[end : mark.start()])
        end = mark.end()
    if not pieces:
        return []
    spans += zip(range(end, len(text)), range(end + 1, len(text) + 1), strict=True)
    bare = Layer("".join([*pieces, text[end:]]), spans)
    return [
        FoundData(each.kind, *bare.span(each.start, each.end), each.value)
        for each in _emails(bare.text)
    ]


def _numbers(
    text: str, kind: Kind, pattern: re.Pattern[str], is_one: Callable[[str], bool]
) -> Iterator[FoundData]:
    for match in pattern.finditer(text):
        # what follows after a blank may belong to it, or not
        written = match[0]
        while written:
            bare = re.sub(r"[ -]", "", written).upper()
            if is_one(bare):
                yield FoundData(kind, match.start(), match.start() + len(written), bare)
                break
            written = written.rpartition(" ")[0]


def _is_iban(bare: str) -> bool:
    if f" {bare[:2]}{len(bare)} " not in _IBAN_LENGTHS:
        return False
    return int("".join(str(int(each, 36)) for each in bare[4:] + bare[:4])) % 97 == 1


def _is_card(digits: str) -> bool:
    if not 13 <= len(digits) <= 19 or not _ISSUER.fullmatch(digits) or len(set(digits)) == 1:
        return False
    doubled = [int(each) * (1 + at % 2) for at, each in enumerate(reversed(digits))]
    return sum(each - 9 * (each > 9) for each in doubled) % 10 == 0


def _phones(text: str) -> Iterator[FoundData]:
    for pattern in _PHONES:
        for match in pattern.finditer(text):
            group = "number" if "number" in pattern.groupindex else 0
            start, end = match.span(group)
            is_said = group == "number"
            # the bracket of a remark that begins with it
            start += text[start] == "(" and match[group].count("(") > match[group].count(")")
            digits = re.sub(r"\D", "", match[group])
            if _DATE.fullmatch(text, start, end) or not (5 if is_said else 7) <= len(digits) <= 15:
                continue
            if not is_said and _ORDER_WORD.search(text, max(0, start - 20), start):
                continue
            yield FoundData(Kind.PHONE, start, end, digits.lstrip("0"))


def _addresses(text: str, pattern: re.Pattern[str]) -> Iterator[FoundData]:
    for match in pattern.finditer(text):
        if _VERSION_WORD.search(text, max(0, match.start() - 20), match.start()):
            continue
        if not _ANY_DIGITS.search(match[0]):
            # two names of a programming language, most likely
            continue
        try:
            address = ipaddress.ip_address(match[0])
        except ValueError:
            continue
        # those of no machine in particular
        is_mask = match[0].startswith("255.")
        if not (address.is_loopback or address.is_unspecified or is_mask):
            yield FoundData(Kind.IP, *match.span(), str(address))
