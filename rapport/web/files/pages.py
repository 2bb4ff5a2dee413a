"""The page of a file, and what is done with one: saved, looked at, renamed, thrown away and brought back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rapport.platform.errors import Invalid, NotFound
from rapport.platform.files.incoming import edition_of
from rapport.platform.files.models import Edition, File
from rapport.platform.files.names import file_name, is_picture
from rapport.platform.files.sending import saved, shown
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES
from rapport.web.addresses import address_of
from rapport.web.files.places import title_of
from rapport.web.request import Request
from rapport.web.shell import page


@require_safe
def show(request: Request, file: UUID) -> HttpResponse:
    found, edition = edition_of(file, _number(request), request.actor)
    return page(
        request,
        "files/page.html",
        file=found,
        edition=edition,
        editions=Edition.objects.filter(file=found).select_related("added_by").order_by("-number"),
        is_picture=is_picture(edition.media_type),
        is_pdf=edition.media_type == "application/pdf",
        may_edit=File.objects.visible_to(request.actor, "edit").filter(pk=file).exists(),
        where=address_of(found.resource, found.record_id),
        title=title_of(found.resource, found.record_id, request.actor),
    )


@require_safe
def save(request: Request, file: UUID) -> FileResponse:
    return saved(*edition_of(file, _number(request), request.actor))


@require_safe
def view(request: Request, file: UUID) -> FileResponse:
    return shown(*edition_of(file, _number(request), request.actor))


def _number(request: Request) -> int | None:
    """Which version is asked for; None for the newest. Raises NotFound."""
    text = request.GET.get("number", "")
    if text and not (text.isascii() and text.isdigit() and len(text) < 9):
        raise NotFound()
    return int(text) if text else None


@require_POST
def rename(request: Request, file: UUID) -> HttpResponse:
    name = file_name(request.POST.get("name", ""))
    if not name:
        raise Invalid(fields={"name": _("This is needed.")})
    verbs.update(RESOURCES["files"], [file], {"name": name}, actor=request.actor)
    messages.success(request, _("The file is called “%(name)s” now.") % {"name": name})
    return redirect(f"/files/{file}/")


@require_POST
def trash(request: Request, file: UUID) -> HttpResponse:
    found, _edition = edition_of(file, None, request.actor)
    verbs.trash(RESOURCES["files"], [file], actor=request.actor)
    text = _("“%(name)s” is in the trash.") % {"name": found.name}
    messages.success(request, text, extra_tags=f"/files/{file}/restore|")
    return redirect(address_of(found.resource, found.record_id))


@require_POST
def restore(request: Request, file: UUID) -> HttpResponse:
    if not verbs.restore(RESOURCES["files"], [file], actor=request.actor):
        raise NotFound()
    found, _edition = edition_of(file, None, request.actor)
    messages.success(request, _("%(name)s is back.") % {"name": found.name})
    return redirect(address_of(found.resource, found.record_id))
