from importlib import import_module

from django.apps import AppConfig


class ObjectsConfig(AppConfig):
    name = "rapport.platform.objects"
    label = "objects"

    def ready(self) -> None:
        import_module("rapport.platform.objects.resources")
