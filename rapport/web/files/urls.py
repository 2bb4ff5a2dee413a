"""The addresses of files that are put on records."""

from django.urls import URLPattern, path

from rapport.web.files import pages, receiving

urlpatterns: list[URLPattern] = [
    path("<uuid:file>/", pages.show, name="file"),
    path("<uuid:file>/save", pages.save),
    path("<uuid:file>/view", pages.view),
    path("<uuid:file>/rename", pages.rename),
    path("<uuid:file>/trash", pages.trash),
    path("<uuid:file>/restore", pages.restore),
    path("<str:resource>/<uuid:record>", receiving.receive),
]
