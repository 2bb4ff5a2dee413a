"""Secrets that the database keeps are readable by the installation's key alone."""

from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter

from rapport.platform.access.at_rest import decrypted, encrypted


@pytest.mark.parametrize("text", ["", "JBSWY3DPEHPK3PXP", "Größe 猫", "x" * 10_000])
def test_what_is_encrypted_comes_back_and_never_looks_alike(text: str) -> None:
    first, second = encrypted(text), encrypted(text)
    assert first != second
    assert (decrypted(first), decrypted(second)) == (text, text)
    assert not text or text not in first


def test_what_an_early_version_kept_in_the_clear_still_works() -> None:
    assert decrypted("JBSWY3DPEHPK3PXP") == "JBSWY3DPEHPK3PXP"


def test_without_its_key_or_changed_it_fits_nothing(settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    kept = encrypted("JBSWY3DPEHPK3PXP")
    changed = kept[:-5] + ("A" if kept[-5] != "A" else "B") + kept[-4:]
    guesses = {decrypted(changed), decrypted(changed), ""}
    settings.SECRET_KEY = "another key"
    guesses |= {decrypted(kept), decrypted(kept)}
    assert len(guesses) == 5
    assert "JBSWY3DPEHPK3PXP" not in guesses
    assert [each.levelname for each in caplog.records] == ["ERROR"] * 4
    assert "secret-key" in caplog.text
    assert kept.removeprefix("fernet:") not in caplog.text


def test_second_factors_are_kept_that_way() -> None:
    adapter = get_adapter()
    kept = adapter.encrypt("JBSWY3DPEHPK3PXP")
    assert kept.startswith("fernet:")
    assert adapter.decrypt(kept) == "JBSWY3DPEHPK3PXP"
