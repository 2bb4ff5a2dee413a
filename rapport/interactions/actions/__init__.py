"""What can be done with conversations and imports. Importing the package registers its verbs."""

from rapport.interactions.actions import (
    composing,
    conversations,
    grouping,
    handling,
    imports,
    senders,
    tasks,
    visibility,
)

__all__ = ["composing", "conversations", "grouping", "handling", "imports", "senders", "tasks", "visibility"]
