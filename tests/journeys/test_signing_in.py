"""Signing in, in a real browser: with a passkey, kept by an authenticator that the browser plays."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import PASSWORD, Open
from tests.journeys.world import make_world, sign_in

pytestmark = pytest.mark.journey
AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


def test_a_passkey_is_registered_signs_in_and_confirms(visit: Open) -> None:
    make_world(1)
    opened = visit()
    page, base = opened.page, opened.base
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    sign_in(opened)
    opened.go("/accounts/2fa/webauthn/add/")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url("**/webauthn/add/")
    page.get_by_label("Passwordless").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url("**/accounts/2fa/recovery-codes/")
    opened.go("/accounts/2fa/totp/activate/")
    code = page.locator("main img").first
    assert code.evaluate("image => image.complete && image.naturalWidth > 0")
    opened.go("/accounts/logout/")
    page.locator("main form button").click()
    page.wait_for_url("**/accounts/login/*")
    page.locator("#passkey_login").click()
    page.wait_for_url(f"{base}/")
    opened.go("/settings/profile")
    assert page.get_by_label("Name").input_value() == "Mara Visser"
