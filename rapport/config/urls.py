"""Every address that answers."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("allauth.urls")),
    path("", include("rapport.interactions.urls")),
    path("", include("rapport.web.urls")),
]
