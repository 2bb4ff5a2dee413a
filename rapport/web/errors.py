"""Every refusal and fault of a page, rendered in one place."""

from __future__ import annotations

import json
import logging
from typing import Any
from uuid import uuid4

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from rapport.platform.access.doors import refused
from rapport.platform.errors import BadQuery, Forbidden, Problem
from rapport.web.request import is_fragment

log = logging.getLogger(__name__)


def page_of(fault: Exception, request: HttpRequest) -> HttpResponse | None:
    """The answer to what a view raised; None leaves it to Django (its own 404 and 403 use our templates)."""
    if isinstance(fault, Forbidden | PermissionDenied):
        refused(request, request.user.pk)
    if isinstance(fault, Problem):
        return problem_page(fault, request)
    if isinstance(fault, (Http404, PermissionDenied)) or fault.__class__.__module__.startswith("allauth."):
        return None
    if isinstance(fault, SuspiciousOperation):  # such as more fields than any form has
        return problem_page(BadQuery(), request)
    return fault_page(request)


def problem_page(problem: Problem, request: HttpRequest) -> HttpResponse:
    detail = problem.detail or " ".join(f"{name}: {text}" for name, text in problem.fields.items())
    if is_fragment(request):
        return _message(int(problem.status), detail or str(problem.title))
    context = {"status": int(problem.status), "title": problem.title, "detail": detail}
    return render(request, "shell/problem.html", context, status=int(problem.status))


def fault_page(request: HttpRequest) -> HttpResponse:
    """A fault of ours: an id to ask for, and nothing of what happened inside."""
    fault = str(uuid4())
    log.exception("Page fault %s at %r", fault, request.path_info)
    if is_fragment(request):
        return _message(500, _("Something went wrong on our side. Error id %(id)s") % {"id": fault})
    return render(request, "500.html", {"fault": fault}, status=500)


def _message(status: int, text: str) -> HttpResponse:
    return toast(HttpResponse(status=status), text)


def toast(response: HttpResponse, text: str, **more: Any) -> HttpResponse:
    """Lets a fragment's answer show a short message; `undo` and `values` offer to take something back."""
    response["HX-Trigger"] = json.dumps({"toast": {"text": text, **more}})
    return response


def not_set_up(request: HttpRequest) -> HttpResponse:
    return render(request, "shell/not_set_up.html", status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    text = _("This form has expired. Go back, reload the page, and send it again.")
    if is_fragment(request):
        return _message(403, text)
    context = {"status": 403, "title": _("This form has expired"), "detail": text}
    return render(request, "shell/problem.html", context, status=403)
