"""Who may see an interaction, and how much of it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Detail(models.IntegerChoices):
    """How much of an interaction its audience sees."""

    HAPPENED = 0, _("that it happened")
    SUBJECT = 1, _("subject only")
    EVERYTHING = 2, _("everything")


class AudienceKind(models.TextChoices):
    EVERYONE = "everyone", _("everyone")
    TEAM = "team", _("a team")
    PARTICIPANTS = "participants", _("its participants")


class Audience(models.Model):
    """Who may see an interaction, as lists of principals (users, teams, everyone) by how much they see.

    One row per distinct combination, found by its digest and never changed: an interaction that gets another
    visibility gets another audience.
    """

    id = models.BigAutoField(primary_key=True)
    digest = models.BinaryField(max_length=32, unique=True)
    happened = ArrayField(models.UUIDField())
    subject = ArrayField(models.UUIDField())
    everything = ArrayField(models.UUIDField())
