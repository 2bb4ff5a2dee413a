"""People, organisations and what hangs on them, each declared once. Importing the package registers them."""

from rapport.parties.resources import parties, directories, children  # noqa: I001  in the order of their doors

__all__ = ["children", "directories", "parties"]
