from __future__ import annotations

import ipaddress
import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tables import each_row
from tests.unit.backends.canned import BASE_URL, Wire, saying, telling
from tui.backends.gpt_trainer.backend import GptTrainer
from tui.backends.gpt_trainer.session_facts import (
    MAX_AUTH_CHARS,
    MAX_FIELDS,
    MAX_KEY_CHARS,
    MAX_VALUE_CHARS,
    session_facts,
    without_addresses,
)
from tui.facts import SessionFacts
from tui.safe_text import clean, clean_line

ADA = {"name": "Ada", "email": "ada@example.org"}
ADAS = (("name", "Ada"), ("email", "ada@example.org"))


@each_row(
    ("user", "lead"),
    [
        (ADA, ADAS),
        (json.dumps(ADA), ADAS),
        ([{"key": "name", "value": "Ada"}, {"label": "email", "value": ADA["email"]}, 7,
          {"name": "ip", "value": "x"}], ADAS),
        ({"name": " Ada\n", "age": 36, "vip": True, "none": None, "e": "", "l": []},
         (("name", "Ada"), ("age", "36"), ("vip", "yes"))),
        ({"address": {"city": "London"}}, (("address", '{"city": "London"}'),)),
        ({"na\x1bme": "\u202eAda\x07"}, (("na␛me", "Ada␇"),)),
        ({"name": "Ada", "ip_address": "203.0.113.7", "ip": "::1", "userIp": "x", "IPv4": "y",
          "client_ip": "z", "zip": "12345", "ship": "yes", "tip": "5"},
         (("name", "Ada"), ("zip", "12345"), ("ship", "yes"), ("tip", "5"))),
        ({"from": "203.0.113.7", "at": "seen at [2001:db8::1]:443", "version": "1.2.3",
          "type": "std::vector", "time": "12:30:45"},
         (("from", "…"), ("at", "seen at […]:443"), ("version", "1.2.3"),
          ("type", "std::vector"), ("time", "12:30:45"))),
        (None, ()), ("Ada", ()), ("{", ()), (7, ()), ([], ()), ({}, ()),
    ],
)  # fmt: skip
def test_a_lead_is_told_in_any_form(user: object, lead: tuple[tuple[str, str], ...]) -> None:
    for record in ({"meta": {"user": user}}, {"meta": json.dumps({"user": user})}, {"user": user}):
        assert session_facts(record).lead == lead


@each_row(
    ("told", "auth_data"),
    [
        ({"id": 7, "roles": ["admin"]}, {"id": 7, "roles": ["admin"]}),
        ('{"id": 7}', {"id": 7}),
        ("customer 7\x1b", "customer 7␛"),
        ({"seen": {"ip": "::1", "lastIP": "x", "by": "203.0.113.7"}, "203.0.113.7": 1},
         {"seen": {"by": "…"}, "…": 1}),
        (None, None), ("", None), ({}, None), ([], None), ("{", None),
    ],
)  # fmt: skip
def test_identity_data_is_kept_in_its_own_shape(told: object, auth_data: object) -> None:
    assert session_facts({"meta": {"auth_data": told}}).auth_data == auth_data


def test_what_is_too_long_is_cut() -> None:
    user = {f"{number}{'k' * 200}": "v" * 900 for number in range(99)}
    told = session_facts({"meta": {"user": user, "auth_data": ["x" * MAX_AUTH_CHARS]}})
    assert len(told.lead) == MAX_FIELDS
    assert {(len(key), len(value)) for key, value in told.lead} == {
        (MAX_KEY_CHARS, MAX_VALUE_CHARS)
    }
    assert told.auth_data == "10,004 characters, too many to keep"


@each_row("meta", [None, 7, "", "{", [], {}, {"user": None}, {"ip_address": "::1"}])
def test_a_session_of_nobody_known_has_no_facts_but_is_an_operators(meta: object) -> None:
    assert session_facts({"meta": meta}) == SessionFacts()


async def test_sessions_come_with_their_facts() -> None:
    record = {"uuid": "s", "meta": {"user": ADA, "ip_address": "203.0.113.7"}}
    wire = Wire(saying([record]))
    trainer = GptTrainer(wire.client(), BASE_URL, telling("key-1234567890"))
    (session,) = await trainer.sessions("b")
    assert session.facts == SessionFacts(lead=session_facts(record).lead)


async def test_a_host_whose_list_tells_nobody_is_asked_of_one_session_alone() -> None:
    alone = {"uuid": "s", "meta": {"user": ADA}}
    wire = Wire(saying([{"uuid": "s"}]), saying(alone), saying([alone]))
    trainer = GptTrainer(wire.client(), BASE_URL, telling("key-1234567890"))
    await trainer.sessions("b")
    assert trainer.people is not None
    assert (await trainer.people.of_session("s")).lead == session_facts(alone).lead
    assert wire.paths[-1] == "/api/v1/session/s"
    await trainer.sessions("b")
    assert trainer.people is None


ADDRESSES = st.ip_addresses().map(str) | st.sampled_from(
    ["::1", "::ffff:203.0.113.7", "2001:db8::", "fe80::1%eth0", "10.0.0.1:8080", "10.0.0.0/8"]
)
TEXTS = (
    st.text(max_size=8)
    | ADDRESSES
    | st.tuples(st.sampled_from(["at ", "(", '"', "ip="]), ADDRESSES).map("".join)
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.slow
@given(JSON | JSON.map(json.dumps), JSON | JSON.map(json.dumps))
def test_no_shape_of_a_session_raises_leaks_or_holds_an_address(user: object, told: object) -> None:
    facts = session_facts({"meta": {"user": user, "auth_data": told}})
    texts = [text for pair in facts.lead for text in pair]
    assert all(clean_line(text) == text for text in texts)
    kept = [*texts, *texts_of(facts.auth_data)]
    assert all(clean(text) == text for text in kept)
    assert not [text for text in kept if holds_address(text)]


@pytest.mark.slow
@given(JSON)
def test_dropping_addresses_twice_changes_nothing(value: object) -> None:
    once = without_addresses(value)
    assert without_addresses(once) == once


def texts_of(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for key, inner in value.items():
                yield from (*texts_of(key), *texts_of(inner))
        case list():
            for inner in value:
                yield from texts_of(inner)
        case _:
            pass


def holds_address(text: str) -> bool:
    for word in text.replace("=", " ").replace('"', " ").replace("(", " ").split():
        try:
            ipaddress.ip_interface(word)
        except ValueError:
            continue
        # a number alone is an address to the library, and to nobody else
        if not word.isdigit() and word.strip(":"):
            return True
    return False
