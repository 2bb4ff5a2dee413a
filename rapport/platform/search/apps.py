from importlib import import_module

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "rapport.platform.search"
    label = "search"

    def ready(self) -> None:
        import_module("rapport.platform.search.indexing")
