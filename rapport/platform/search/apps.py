from importlib import import_module

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "rapport.platform.search"
    label = "search"

    def ready(self) -> None:
        for module in ("lookups", "indexing"):
            import_module(f"rapport.platform.search.{module}")
