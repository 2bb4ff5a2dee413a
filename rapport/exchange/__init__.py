"""Data in and out: demonstrations now; imports from other systems, exports and synchronisation belong here."""
