from importlib import import_module

from django.apps import AppConfig


class InteractionsConfig(AppConfig):
    name = "rapport.interactions"
    label = "interactions"

    def ready(self) -> None:
        for module in (
            "resources",
            "source_resources",
            "mailboxes.resource",
            "task_resource",
            "arrival_resource",
            "actions",
            "jobs",
            "finding",
            "following",
            "reminders",
            "returning",
            "arriving",
            "mentions",
            "ledger.api",
            "sending.resource",
            "sending.queueing",
            "sending.jobs",
        ):
            import_module(f"rapport.interactions.{module}")
