from importlib import import_module

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "rapport.platform.api"
    label = "api"

    def ready(self) -> None:
        import_module("rapport.platform.api.jobs")
