"""What can be done with conversations. Importing the package registers its verbs."""

from rapport.interactions.actions import composing, conversations, grouping, visibility

__all__ = ["composing", "conversations", "grouping", "visibility"]
