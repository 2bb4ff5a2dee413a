"""Links to a new password. (A module of its own, since django-allauth's forms load it while they are loaded.)"""

from allauth.account.forms import EmailAwarePasswordResetTokenGenerator

from rapport.platform.access.models import User


class ResetTokens(EmailAwarePasswordResetTokenGenerator):  # type: ignore[misc]
    """They die when their user is disabled."""

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.is_active}"
