from importlib import import_module

from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "rapport.platform.events"
    label = "events"

    def ready(self) -> None:
        import_module("rapport.platform.events.jobs")
