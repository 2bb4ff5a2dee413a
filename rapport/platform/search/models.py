"""What can be found: a row per record, field and way to spell it, so that a hidden field hides its finds."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F


class Entry(models.Model):
    """`folded` is compared (accents and case gone); each begins at a word of the value: prefix search."""

    id = models.BigAutoField(primary_key=True)
    resource = models.TextField()
    record_id = models.UUIDField()
    field = models.TextField()
    weight = models.SmallIntegerField()
    folded = models.TextField(db_collation="C")

    class Meta:
        indexes = [
            models.Index(fields=["resource", "folded", "record_id"], name="entry_by_prefix"),
            models.Index(fields=["record_id", "folded"], name="entry_of_record"),
        ]


class Word(models.Model):
    """A word of some name, folded: what a word with a slip in it is compared with."""

    word = models.TextField(primary_key=True, db_collation="C")

    class Meta:
        indexes = [GinIndex(OpClass(F("word"), name="gin_trgm_ops"), name="word_trigrams")]
