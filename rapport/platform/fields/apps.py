from importlib import import_module

from django.apps import AppConfig


class FieldsConfig(AppConfig):
    name = "rapport.platform.fields"
    label = "fields"

    def ready(self) -> None:
        import_module("rapport.platform.fields.resources")
        import_module("rapport.platform.fields.indexes")
