"""Sending a link to a new password: by a job, so that asking for one takes as long for an account as for none."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import urlsplit

from django.core.handlers.wsgi import WSGIRequest
from django.utils import translation

from rapport.platform.jobs.queue import GiveUp, enqueue, job


def ask_for_link(email: str, site: str) -> None:
    """`site` is the root of the pages, as a URL: the link leads there. It isn't looked at who has this address."""
    enqueue("access.forgotten", email=email, site=site, language=translation.get_language() or "en")


@job("access.forgotten")
def send_link(email: str, site: str, language: str) -> None:
    """To who has that address; to who hasn't, that there is no account. Raises GiveUp for what is no address."""
    # Half of django-allauth, which no other command or job needs.
    from allauth.account.forms import ResetPasswordForm
    from allauth.core.context import request_context

    request = _at(site)
    form = ResetPasswordForm({"email": email})
    with request_context(request), translation.override(language):
        if not form.is_valid():
            raise GiveUp("This isn't an e-mail address.")
        form.save(request)


def _at(site: str) -> WSGIRequest:
    """What django-allauth takes the address of its links from."""
    parts = urlsplit(site)
    return WSGIRequest(
        {
            "REQUEST_METHOD": "GET",
            "HTTP_HOST": parts.netloc,
            "SERVER_NAME": parts.hostname or "",
            "SERVER_PORT": str(parts.port or ""),
            "wsgi.url_scheme": parts.scheme,
            "wsgi.input": BytesIO(),
        }
    )
