from importlib import import_module

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "rapport.platform.access"
    label = "access"

    def ready(self) -> None:
        import_module("rapport.platform.access.resources")
        import_module("rapport.platform.access.leaving")
        import_module("rapport.platform.access.forgotten")
        import_module("rapport.platform.access.doors")
        import_module("rapport.platform.access.invitations")
