"""The pages' addresses. Those of resources follow from their declarations: `page = True`."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, include, path, register_converter

from rapport.platform.errors import NotFound
from rapport.platform.resources.registry import RESOURCES, Resource
from rapport.web import (
    branding,
    digest,
    first_start,
    health,
    installed,
    joining_us,
    mentions,
    notifications,
    palette,
    search,
    source,
    style_guide,
)
from rapport.web.calendar import page as calendar
from rapport.web.conversations import (
    composer,
    files,
    handling,
    inbox,
    joining,
    kept_apart,
    ledger,
    meetings,
    messages,
    timeline,
    today,
    writing,
)
from rapport.web.lists import adjust, bulk, changes, choices, export, moving, options, view, views, where
from rapport.web.records import attention, children, create, facts, history, merging, sharing, tags
from rapport.web.records import page as record
from rapport.web.request import Request
from rapport.web.tasks import doing


class PagedResource:
    """A resource that has pages, by its name in an address."""

    regex = "[a-z][a-z0-9_]*"

    def to_python(self, value: str) -> Resource:
        if value not in RESOURCES or not RESOURCES[value].page:
            raise ValueError(value)
        return RESOURCES[value]

    def to_url(self, value: Resource | str) -> str:
        return value if isinstance(value, str) else value.name


register_converter(PagedResource, "resource")


def party(request: Request, record: UUID) -> HttpResponse:
    """A party's page, whichever kind it is of."""
    for name in ("people", "organizations"):
        if RESOURCES[name].rows(request.actor).filter(pk=record).exists():
            return redirect(f"/{name}/{record}/")
    raise NotFound()


ONE = "<resource:resource>/<uuid:record>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("set-up/<str:token>", first_start.set_up, name="set_up"),
    path("join/<str:token>", joining_us.join, name="join"),
    path("", today.today, name="today"),
    path("house/style.css", branding.style),
    path("house/logo", branding.logo),
    path("source", source.source, name="source"),
    path("manifest.webmanifest", installed.manifest, name="manifest"),
    path("favicon.ico", installed.favicon),
    path("service-worker.js", installed.service_worker),
    path("offline", installed.offline),
    path("search", search.find, name="search"),
    path("palette", palette.palette),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/waiting", inbox.waiting),
    path("inbox/kept-apart/", kept_apart.show, name="kept_apart"),
    path("inbox/kept-apart/release", kept_apart.release),
    path("inbox/counts", inbox.counts),
    path("inbox/bulk", handling.tools),
    path("inbox/bulk/<str:verb>", handling.do),
    path("inbox/changes/<uuid:change>/undo", handling.take_back),
    path("inbox/<uuid:record>/tags", tags.change, {"resource": RESOURCES["conversations"]}),
    path("inbox/<uuid:record>/tags/options", tags.options, {"resource": RESOURCES["conversations"]}),
    path("inbox/<uuid:conversation>/", inbox.conversation, name="conversation"),
    path("inbox/<uuid:conversation>/join", joining.join),
    path("inbox/<uuid:conversation>/writing", writing.writing),
    path("inbox/<uuid:conversation>/meetings/<uuid:meeting>/<str:verb>", meetings.act),
    path("inbox/<uuid:conversation>/<str:verb>", inbox.act),
    path("messages/<uuid:message>/html", messages.html),
    path("attachments/<uuid:file>", files.attachment, name="attachment"),
    path("interactions/write", composer.write),
    path("interactions/colleagues", mentions.colleagues),
    path("calendar/", calendar.show, name="calendar"),
    path("calendar/move/<str:day>", calendar.move),
    path("ledger/", ledger.show, name="ledger"),
    path("ledger/behind", ledger.opened),
    path("parties/<uuid:record>", party),
    path("notifications/", notifications.show),
    path("notifications/unread", notifications.unread),
    path("notifications/read", notifications.read),
    path("notifications/unsubscribe/<str:token>", digest.unsubscribe),
    path("notifications/<uuid:notification>/open", notifications.opened),
    path("settings/notifications", notifications.choose),
    path("mail/", include("rapport.web.mail.urls")),
    path("files/", include("rapport.web.files.urls")),
    path("settings/", include("rapport.web.imports.urls")),
    path("settings/", include("rapport.web.mailboxes.urls")),
    path("settings/", include("rapport.web.settings.urls")),
    path("parties/options", options.options, {"resource": RESOURCES["parties"]}),
    path("<resource:resource>/", view.show, name="list"),
    path("<resource:resource>/count", view.count),
    path("<resource:resource>/adjust", adjust.adjust),
    path("<resource:resource>/filter", adjust.operand),
    path("<resource:resource>/complete", where.complete),
    path("<resource:resource>/options", options.options),
    path("<resource:resource>/views", views.views),
    path("<resource:resource>/views/<uuid:view>", views.change),
    path("<resource:resource>/views/<uuid:view>/pin", views.pin),
    path("<resource:resource>/views/<uuid:view>/remove", views.remove),
    path("<resource:resource>/views/<uuid:view>/restore", views.restore),
    path("<resource:resource>/choices", choices.choices),
    path("<resource:resource>/bulk/<str:verb>", bulk.do),
    path("changes/<uuid:change>", changes.find),
    path("<resource:resource>/changes/<uuid:change>", changes.show),
    path("<resource:resource>/changes/<uuid:change>/undo", changes.take_back),
    path("<resource:resource>/export.csv", export.export),
    path("<resource:resource>/new", create.create),
    path("<resource:resource>/duplicates", merging.all_duplicates),
    path(ONE, record.show, name="record"),
    path(f"{ONE}preview", record.preview),
    path(f"{ONE}timeline", timeline.older),
    path(f"{ONE}attention", attention.change),
    path(f"{ONE}move", moving.move),
    path(f"{ONE}trash", record.trash),
    path(f"{ONE}restore", record.restore),
    path(f"{ONE}merge", merging.merge),
    path(f"{ONE}merge/undo", merging.undo),
    path(f"{ONE}alike", merging.alike),
    path(f"{ONE}sharing", sharing.sharing),
    path(f"{ONE}tags", tags.change),
    path(f"{ONE}tags/options", tags.options),
    path(f"{ONE}history", history.history),
    path(f"{ONE}history/restore", history.restore_value),
    path(f"{ONE}facts/<str:name>", facts.fact),
    path(f"{ONE}cards/<str:child>", children.card),
    path(f"{ONE}cards/<str:child>/new", children.add),
    path(f"{ONE}cards/<str:child>/<uuid:row>", children.change),
    path(f"{ONE}cards/<str:child>/<uuid:row>/remove", children.remove),
    path("tasks/<uuid:task>/<str:verb>", doing.act),
]

if settings.DEVELOPMENT:
    urlpatterns.insert(0, path("style-guide", style_guide.style_guide))
