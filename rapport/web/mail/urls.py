"""The addresses of e-mail that is written here."""

from django.urls import URLPattern, path

from rapport.web.mail import pages

urlpatterns: list[URLPattern] = [
    path("", pages.listed, name="mail"),
    path("offer", pages.offer),
    path("recipients", pages.recipients),
    path("new", pages.new),
    path("reply/<uuid:message>", pages.reply),
    path("<uuid:outgoing>/", pages.show),
    path("<uuid:outgoing>/elsewhere", pages.others),
    path("<uuid:outgoing>/save", pages.save),
    path("<uuid:outgoing>/send", pages.send),
    path("<uuid:outgoing>/trash", pages.trash),
    path("<uuid:outgoing>/restore", pages.restore),
    path("<uuid:outgoing>/<str:verb>", pages.act),
]
