from importlib import import_module

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "rapport.parties"
    label = "parties"

    def ready(self) -> None:
        for module in ("resources", "actions.merge", "actions.common", "history"):
            import_module(f"rapport.parties.{module}")
