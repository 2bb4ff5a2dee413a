"""The addresses of imports, below Settings."""

from django.urls import URLPattern, path

from rapport.web.imports import pages, problems, receiving

ONE = "imports/<uuid:run>"

urlpatterns: list[URLPattern] = [
    path("imports", pages.index, name="imports"),
    path("imports/new", receiving.new),
    path(f"{ONE}", pages.show),
    path(f"{ONE}/status", pages.status),
    path(f"{ONE}/confirm", pages.confirm),
    path(f"{ONE}/problems", problems.further),
    path(f"{ONE}/problems/<uuid:message>", problems.raw),
    path(f"{ONE}/<str:verb>", pages.act),
]
