from importlib import import_module

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "rapport.platform.notifications"
    label = "notifications"

    def ready(self) -> None:
        for module in ("resources", "subscribers"):
            import_module(f"rapport.platform.notifications.{module}")
