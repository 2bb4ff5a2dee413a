"""The addresses of mailboxes, below Settings."""

from django.urls import URLPattern, path

from rapport.web.mailboxes import connecting, pages

ONE = "mailboxes/<uuid:mailbox>"

urlpatterns: list[URLPattern] = [
    path("mailboxes", pages.index, name="mailboxes"),
    path("mailboxes/new", connecting.new),
    path(f"{ONE}", pages.show),
    path(f"{ONE}/status", pages.status),
    path(f"{ONE}/access", connecting.access),
    path(f"{ONE}/folders", pages.folders),
    path(f"{ONE}/remove", pages.remove),
    path(f"{ONE}/restore", pages.restore),
    path(f"{ONE}/problems/<int:place>", pages.problem),
    path(f"{ONE}/<str:verb>", pages.act),
]
