from django.apps import AppConfig


class HistoryConfig(AppConfig):
    name = "rapport.platform.history"
    label = "history"
