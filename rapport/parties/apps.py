from importlib import import_module

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "rapport.parties"
    label = "parties"

    def ready(self) -> None:
        import_module("rapport.parties.resources")
