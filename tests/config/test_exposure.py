"""Where Rapport says that it is, and which certificates it takes."""

from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import PrivateFormat

from rapport.config.environment import hosts, site_name
from rapport.config.serve.exposure import Exposure, ExposureRefused
from tests.certificates import Certificate, make_certificate, private
from tests.installation import rapport

PLAIN = Exposure(host="localhost", port=8000, workers=1)
TLS = replace(PLAIN, host="0.0.0.0", certificate=Path("c"), key=Path("k"))


@pytest.mark.parametrize(
    ("exposure", "url"),
    [
        (PLAIN, "http://localhost:8000"),
        (replace(PLAIN, host="127.0.0.1", name="crm.example.com"), "http://localhost:8000"),
        (replace(PLAIN, behind_proxy=True), "http://localhost:8000"),
        (replace(PLAIN, behind_proxy=True, name="crm.example.com"), "https://crm.example.com"),
        (TLS, "https://localhost:8000"),
        (replace(TLS, name="crm.example.com"), "https://crm.example.com:8000"),
        (replace(TLS, name="crm.example.com", port=443), "https://crm.example.com"),
        (replace(TLS, host="192.0.2.1"), "https://192.0.2.1:8000"),
    ],
)
def test_the_address_is_what_a_browser_takes(exposure: Exposure, url: str) -> None:
    assert exposure.url == url


@pytest.mark.parametrize(
    ("given", "answered", "name"),
    [
        (None, ["localhost", "127.0.0.1", "[::1]"], ""),
        ("", ["localhost", "127.0.0.1", "[::1]"], ""),
        ("crm.example.com, localhost", ["crm.example.com", "localhost"], "crm.example.com"),
        (".example.com,*,crm.example.com", [".example.com", "*", "crm.example.com"], "crm.example.com"),
        ("*", ["*"], ""),
    ],
)
def test_host_names_come_from_the_environment(given: str | None, answered: list[str], name: str) -> None:
    variables = {} if given is None else {"RAPPORT_HOSTS": given}
    assert (hosts(variables), site_name(variables)) == (answered, name)


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    return make_certificate(tmp_path, "localhost")


def with_key(certificate: Certificate, content: bytes) -> Exposure:
    certificate.key.write_bytes(content)
    return replace(TLS, certificate=certificate.certificate, key=certificate.key)


def test_a_certificate_with_its_key_is_taken(certificate: Certificate) -> None:
    with_key(certificate, certificate.key.read_bytes()).check()


@pytest.mark.parametrize(
    "key",
    [
        b"",
        b"no key",
        private(ec.generate_private_key(ec.SECP256R1()), PrivateFormat.PKCS8),
        private(ec.generate_private_key(ec.SECP256R1()), PrivateFormat.PKCS8, b"a password"),
    ],
    ids=["empty", "nonsense", "of another certificate", "with a password"],
)
def test_a_key_that_can_not_be_used_is_refused_before_anything_starts(certificate: Certificate, key: bytes) -> None:
    with pytest.raises(ExposureRefused, match=r"must be PEM files, of a certificate and of its own private key"):
        with_key(certificate, key).check()


def test_a_half_or_missing_pair_is_refused(certificate: Certificate, tmp_path: Path) -> None:
    for missing in (replace(TLS, key=None), replace(TLS, certificate=None)):
        with pytest.raises(ExposureRefused, match="belong together"):
            missing.check()
    data, absent = tmp_path / "data", tmp_path / "absent.pem"
    refused = rapport("serve", "--data", data, "--tls-cert", certificate.certificate, "--tls-key", absent)
    assert (refused.returncode, refused.stderr) == (1, f"{absent} doesn't exist.\n")
    assert not data.exists()
