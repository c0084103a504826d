"""Keys, tokens and passwords in a text: by the shapes of those who issue them, by what names them,
and by how little they look like anything else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from math import log2

_ISSUERS = (
    "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "gldt-", "npm_", "hf_",
    "pypi-", "dop_v1_", "shpat_", "shpss_", "xoxa-", "xoxb-", "xoxe-", "xoxo-", "xoxp-", "xoxr-",
    "xoxs-", "xapp-", "lin_api_", "r8_", "gsk_", "tvly-", "nvapi-", "sq0atp-", "EAACEdEose0cBA",
    "ya29.", "AIza", "SG.", "whsec_", "rpa_",
)  # fmt: skip
_AMAZON = ("AKIA", "ASIA", "ABIA", "ACCA")
_PAIRS = tuple(f"{kind}{sign}" for kind in ("sk", "pk", "rk") for sign in "-_")
_SHAPES = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
    r"|\beyJ[\w-]{6,}(?:\.[\w-]{2,}){1,4}"
    rf"|\b(?:{'|'.join(_PAIRS)})(?:live|test|proj|ant|or|svcacct)?[-_]?[A-Za-z0-9][\w-]{{14,}}"
    rf"|\b(?:{'|'.join(map(re.escape, _ISSUERS))})[\w.-]{{8,}}"
    rf"|\b(?:{'|'.join(_AMAZON)})[0-9A-Z]{{12,}}"
    r"|\bhttps://hooks\.slack\.com/services/[\w/]{8,}"
    r"|\b\d{8,10}:AA[\w-]{30,}"
)
_SHAPE_SIGNS = ("-----BEGIN ", "eyJ", *_PAIRS, *_ISSUERS, *_AMAZON, "https://hooks.", ":AA")
"""One of them stands in all that has such a shape: that none does is seen in far less time."""
_SCHEME = re.compile(r"\b(?:Bearer|Basic|Token|ApiKey)\s+(?P<key>[\w.~+/=-]{8,})", re.I)
_USER_INFO = re.compile(r"(?<=://)(?P<key>[^\s/@:\"'<>]{1,80}:[^\s/@\"'<>]{1,200})(?=@)")
_NAMES = {
    "pass": r"pass(?:word|wd|phrase)?|passwort|mot de passe",
    "pwd": r"pwd",
    "kennwort": r"kennwort",
    "contraseña": r"contraseña",
    "密码": r"密码",
    "secret": r"secret|client[-_ ]?secret",
    "token": r"token",
    "key": r"(?:api|access|auth|private)[-_ ]?key",
    "authorization": r"authorization",
    "sig": r"signature|x-amz-signature|sig",
    "session": r"session[-_ ]?id",
    "cookie": r"cookie",
}
"""What names a key, by what stands in all that it matches, in small letters."""
_NAMED = re.compile(
    rf"(?:{'|'.join(_NAMES.values())})"
    r"[\"'`*]{0,3}(?:\s*(?:[:=]|is|ist|lautet)\s*)[\"'`*]{0,3}(?P<key>[^\s\"'`,;<>()\[\]{}&*]{4,})",
    re.I,
)
NAMES_KEY = re.compile(
    r"pass(word|wd|phrase)?$|pwd$|passwort|kennwort|secret|token$|api[-_ ]?key|access[-_ ]?key"
    r"|auth[-_ ]?key|private[-_ ]?key|authorization|cookie$|credential|signature$",
    re.I,
)
"""Of a field, whose value is one whatever it looks like."""
_RUN = re.compile(r"(?<![\w+/=-])[A-Za-z0-9_+/-]{24,}={0,2}(?![\w+/-])")
_HASH = re.compile(r"(?:(?:sha\d*|md5|blake\w*)[-:])?(?:[0-9a-f]+|[0-9A-F]+)|[0-9a-fA-F-]{36}")
_OTHER_SMALL = {"\u0130": "i", "\u0131": "i", "\u017f": "s", "\u212a": "k"}
_MIN_BITS = 3.6
"""A character of random letters and digits carries more, one of words or paths less."""


def key_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where keys stand in a text, in no order; some may overlap."""
    if any(sign in text for sign in _SHAPE_SIGNS):
        for match in _SHAPES.finditer(text):
            yield match.span()
    for match in _SCHEME.finditer(text):
        if _is_no_word(match["key"]):
            yield match.span("key")
    for match in _USER_INFO.finditer(text):
        yield match.span("key")
    small = _in_small_letters(text)
    if any(sign in small for sign in _NAMES):
        for match in _NAMED.finditer(text):
            if _is_no_word(match["key"]):
                yield match.span("key")
    for match in _RUN.finditer(text):
        if _is_random(match[0]):
            yield match.span()


def _in_small_letters(text: str) -> str:
    """Return a text with each letter small that expressions take for a small one of ASCII."""
    if not text.isascii():
        for letter, small in _OTHER_SMALL.items():
            text = text.replace(letter, small)
    return text.lower()


def _is_no_word(text: str) -> bool:
    """Say whether a text is more than a word, a placeholder or a variable's name."""
    bare = text.strip(".!?…")
    return len(bare) >= 4 and not bare.isalpha() and not re.fullmatch(r"[$%]\w+|\W+|[A-Z_]+", bare)


def _is_random(run: str) -> bool:
    if _HASH.fullmatch(run):
        return False
    bare = run.rstrip("=")
    counts = Counter(bare)
    lower = sum(count for each, count in counts.items() if each.islower())
    upper = sum(count for each, count in counts.items() if each.isupper())
    digits = sum(count for each, count in counts.items() if each.isdigit())
    parts = re.split(r"[/_+-]", bare)
    if min(lower, upper) < 3 or digits < 3 or max(map(len, parts)) < 10:
        return False
    return _bits(counts) >= _MIN_BITS


def _bits(counts: Counter[str]) -> float:
    """Return how many bits a character of a text carries, by how often each is there."""
    size = counts.total()
    return -sum(count / size * log2(count / size) for count in counts.values())
