"""The ways in which people communicate. A channel with work of its own is a package here."""

from django.utils.translation import gettext_lazy as _

LABELS = {
    "email": _("E-mail"),
    "phone": _("Call"),
    "meeting": _("Meeting"),
    "letter": _("Letter"),
    "note": _("Note"),
}
