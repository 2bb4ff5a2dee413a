"""Domain errors that know their HTTP status, rendered in one place per door (API, pages, commands)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Problem(Exception):
    """Something that the caller can understand. `fields` maps a field, or parameter, to what is wrong."""

    status = HTTPStatus.BAD_REQUEST
    title: str | _StrPromise = _("That request can't be carried out")

    def __init__(self, detail: str = "", *, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(detail or "; ".join(f"{name}: {text}" for name, text in (fields or {}).items()))
        self.detail = detail
        self.fields = dict(fields or {})


class Invalid(Problem):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = _("Some values can't be accepted")


class BadQuery(Problem):
    title = _("That question can't be understood")


class Unauthenticated(Problem):
    status = HTTPStatus.UNAUTHORIZED
    title = _("Sign in, or send a valid token")


class Forbidden(Problem):
    status = HTTPStatus.FORBIDDEN
    title = _("Your roles don't allow that")


class NotFound(Problem):
    """Absent and not yours answer alike."""

    status = HTTPStatus.NOT_FOUND
    title = _("There is nothing here that you may see")


class Conflict(Problem):
    status = HTTPStatus.CONFLICT
    title = _("That conflicts with what is already there")


class Stale(Problem):
    """Somebody changed the record in between (If-Match didn't match)."""

    status = HTTPStatus.PRECONDITION_FAILED
    title = _("Somebody has changed this in the meantime")


class TooMany(Problem):
    status = HTTPStatus.TOO_MANY_REQUESTS
    title = _("Too many requests")


class TooLarge(Problem):
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    title = _("That is more than can be taken at once")


class MethodNotAllowed(Problem):
    status = HTTPStatus.METHOD_NOT_ALLOWED
    title = _("That address knows no such method")

    def __init__(self, allowed: Iterable[str]) -> None:
        super().__init__()
        self.allowed = sorted(allowed)
