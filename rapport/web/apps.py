from importlib import import_module

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "rapport.web"
    label = "web"

    def ready(self) -> None:
        import_module("rapport.web.digest")  # its jobs
