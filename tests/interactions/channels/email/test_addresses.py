"""Address fields as real mail writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.interactions.channels.email.addresses import normalize_address, parse_addresses

CASES = [
    ("anna@a.example", [("", "anna@a.example")]),
    ("Anna Berger <anna@a.example>", [("Anna Berger", "anna@a.example")]),
    (
        '"Berger, Anna" <anna@a.example>, tom@b.example',
        [("Berger, Anna", "anna@a.example"), ("", "tom@b.example")],
    ),
    ("Berger, Anna <anna@a.example>", [("Berger, Anna", "anna@a.example")]),
    ("anna@a.example (Anna Berger)", [("Anna Berger", "anna@a.example")]),
    ("Anna <ANNA@A.Example>", [("Anna", "anna@a.example")]),
    ("Team: anna@a.example, Tom <tom@b.example>;", [("", "anna@a.example"), ("Tom", "tom@b.example")]),
    ("undisclosed-recipients:;", []),
    ("<anna@a.example>, , ;", [("", "anna@a.example")]),
    ("anna@a.example; tom@b.example", [("", "anna@a.example"), ("", "tom@b.example")]),
    ("=?utf-8?Q?Gro=C3=9F=2C_J=C3=BCrgen?= <j@a.example>", [("Groß, Jürgen", "j@a.example")]),
    ('"=?utf-8?Q?J=C3=BCrgen?=" <j@a.example>', [("Jürgen", "j@a.example")]),
    ("=?utf-8?Q?J=C3?= =?utf-8?Q?=BCrgen?= <j@a.example>", [("Jürgen", "j@a.example")]),
    (
        "=?utf-8?Q?Gro=C3=9F,_J?= <j@a.example>, tom@b.example",
        [("Groß, J", "j@a.example"), ("", "tom@b.example")],
    ),
    ("'anna@a.example' <anna@a.example>", [("", "anna@a.example")]),
    ('"anna@a.example" <anna@a.example>', [("", "anna@a.example")]),
    ("Tom tom@b.example", [("", "tom@b.example")]),
    ("tom@b.example <tom@b.example>", [("", "tom@b.example")]),
    ('"Anna \\"Ann\\" B" <anna@a.example>', [('Anna "Ann" B', "anna@a.example")]),
    ("<@relay.example:anna@a.example>", [("", "anna@a.example")]),
    ("<mailto:anna@a.example>", [("", "anna@a.example")]),
    ("Anna <anna @ a.example>", [("Anna", "anna@a.example")]),
    ("Anna <anna@a.example.>", [("Anna", "anna@a.example")]),
    ("Anna\r\n Berger <anna@a.example>", [("Anna Berger", "anna@a.example")]),
    ("Anna <anna@a.example", [("", "anna@a.example")]),
    ("Anna <>", []),
    ("Anna", []),
    ("", []),
    ("anna@a.example, Anna <anna@a.example>", [("Anna", "anna@a.example")]),
    ("a@münchen.example", [("", "a@xn--mnchen-3ya.example")]),
    ("anna@a.example\x00", [("", "anna@a.example")]),
    ('"unclosed <anna@a.example>', [("unclosed", "anna@a.example")]),
]


@pytest.mark.parametrize(("raw", "expected"), CASES)
def test_parse_addresses(raw: str, expected: list[tuple[str, str]]) -> None:
    assert [(found.name, found.address) for found in parse_addresses(raw)] == expected


def test_parse_addresses_eight_bit_name_in_latin1() -> None:
    raw = b"J\xfcrgen <j@a.example>".decode("ascii", "surrogateescape")
    assert parse_addresses(raw)[0].name == "Jürgen"


@given(st.text(alphabet='ab@.<>",;:()\\= ?\r\n\x00é\udcff', max_size=40))
def test_parse_addresses_any_text_gives_clean_addresses(raw: str) -> None:
    for found in parse_addresses(raw):
        assert normalize_address(found.address) == found.address
        found.name.encode()


def test_parse_addresses_long_garbage_takes_linear_time() -> None:
    for piece in ("(", '"', "<", "=?", "a@", "((a)", ",", ":"):
        parse_addresses(piece * 20_000)
