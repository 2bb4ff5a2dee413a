from importlib import import_module

from django.apps import AppConfig


class UndoConfig(AppConfig):
    name = "rapport.platform.undo"
    label = "undo"

    def ready(self) -> None:
        import_module("rapport.platform.undo.jobs")
