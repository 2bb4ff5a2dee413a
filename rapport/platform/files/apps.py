from importlib import import_module

from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "rapport.platform.files"
    label = "files"

    def ready(self) -> None:
        import_module("rapport.platform.files.resources")
        import_module("rapport.platform.files.incoming")
        import_module("rapport.platform.files.api")
