"""While an administrator looks at what somebody sees: every page is that person's, and nothing can be changed."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from rapport.platform.access.looking import seen_through
from rapport.platform.errors import Forbidden
from rapport.web.errors import page_of

KEY = "look"
"""Where the session keeps the id of the look that goes on."""
LEAVE = "/settings/look/leave"
READING = ("GET", "HEAD")
ENDING = (LEAVE, "/accounts/logout/")
THEIRS_ALONE = ("/accounts/", "/settings/", "/notifications/", "/interactions/write")
"""What is about the one who has signed in: passwords, second factors, tokens, imports, what they were told."""


def instead(request: HttpRequest) -> HttpResponse | None:
    """Puts the person who is looked as into the request; answers what is to be answered instead of its page, if so."""
    look = request.session.get(KEY)
    if look is None:
        return None
    actor = seen_through(UUID(look), request.actor)  # type: ignore[attr-defined]
    if actor is None:
        del request.session[KEY]
        return None if request.method in READING else page_of(Forbidden(_("The look has ended.")), request)
    if request.path_info in ENDING:
        return None
    request.actor = actor  # type: ignore[attr-defined]
    if request.method not in READING or request.path_info.startswith(THEIRS_ALONE):
        text = _("You see Rapport as %(name)s does: what is theirs alone isn't shown, and nothing can be changed.")
        return page_of(Forbidden(text % {"name": actor.name}), request)
    return None
