from importlib import import_module

from django.apps import AppConfig


class FieldsConfig(AppConfig):
    name = "rapport.platform.fields"
    label = "fields"

    def ready(self) -> None:
        for module in ("resources", "indexes", "finding", "pinning"):
            import_module(f"rapport.platform.fields.{module}")
