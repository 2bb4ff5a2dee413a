"""Rapport: customer relationship management over one record of communication and response."""

__version__ = "0.1.0"
