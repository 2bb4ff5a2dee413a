"""The form in which somebody asks for a new password. (A module of its own: django-allauth loads it with its forms.)"""

from allauth.account.adapter import get_adapter
from allauth.account.forms import ResetPasswordForm
from django.http import HttpRequest

from rapport.platform.access.forgotten import ask_for_link


class ForgottenForm(ResetPasswordForm):  # type: ignore[misc]
    def clean_email(self) -> str:
        """Without a look at who has it."""
        email: str = get_adapter().clean_email(self.cleaned_data["email"].lower())
        return email

    def save(self, request: HttpRequest, **_more: object) -> str:
        email: str = self.cleaned_data["email"]
        ask_for_link(email, request.build_absolute_uri("/"))
        return email
