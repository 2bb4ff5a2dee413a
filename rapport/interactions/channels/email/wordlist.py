"""Word lists, written as prose."""


def words(text: str) -> frozenset[str]:
    """The words of a text, for lists that would otherwise take a line for each."""
    return frozenset(text.split())
