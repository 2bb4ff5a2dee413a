"""How second factors are kept."""

from allauth.mfa.adapter import DefaultMFAAdapter

from rapport.platform.access.at_rest import decrypted, encrypted


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    def encrypt(self, text: str) -> str:
        return encrypted(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypted(encrypted_text)
