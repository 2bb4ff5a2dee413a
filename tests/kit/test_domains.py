import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.kit.domains import is_public_provider, organization_name, registrable


@pytest.mark.parametrize(
    "domain",
    [
        "gmail.com",
        "GMail.com",
        "yahoo.co.uk",
        "yahoo.fr",
        "hotmail.com.br",
        "web.de",
        "wp.pl",
        "qq.com",
        "gmx.at",
        "poczta.onet.pl",
        "mail.telepac.pt",
        "smtp.web.de",
        "t-online.de",
    ],
)
def test_a_public_provider(domain: str) -> None:
    assert is_public_provider(domain)


@pytest.mark.parametrize(
    "domain",
    ["example.com", "notgmail.com", "gmail.example.com", "live.org", "web.de.example.com", "", "com"],
)
def test_no_public_provider(domain: str) -> None:
    assert not is_public_provider(domain)


@pytest.mark.parametrize(
    ("domain", "registered"),
    [
        ("example.com", "example.com"),
        ("Mail.Example.COM.", "example.com"),
        ("example.co.uk", "example.co.uk"),
        ("a.b.example.co.uk", "example.co.uk"),
        ("mail.example.com.au", "example.com.au"),
        ("eu.example.de", "example.de"),
        ("co.uk", "co.uk"),
        ("mail.web.de", "web.de"),
        ("mail.bücher.de", "xn--bcher-kva.de"),
        ("localhost", ""),
        ("127.0.0.1", ""),
        ("a..b", ""),
        ("jane@example.com", ""),
        ("", ""),
    ],
)
def test_registrable(domain: str, registered: str) -> None:
    assert registrable(domain) == registered


@pytest.mark.parametrize(
    ("domain", "name"),
    [
        ("okafor-logistics.com", "Okafor Logistics"),
        ("mail.acme.co.uk", "Acme"),
        ("ibm.com", "IBM"),
        ("bücher-müller.de", "Bücher Müller"),
        ("xn--bcher-kva.de", "Bücher"),
        ("3m.com", "3M"),
        ("gmail.com", ""),
        ("localhost", ""),
    ],
)
def test_organization_name(domain: str, name: str) -> None:
    assert organization_name(domain) == name


@given(st.text(max_size=40) | st.text("ab.-xnü@ ", max_size=20))
def test_any_text_is_a_domain_or_not(text: str) -> None:
    assert registrable(registrable(text)) == registrable(text)
    assert is_public_provider(text) in (True, False)
    assert not (organization_name(text) and not registrable(text))
