"""What an administrator has done with mail as it comes in, and what was done."""

from __future__ import annotations

from django.contrib.postgres.functions import TransactionNow
from django.db import models

from rapport.interactions.models.interactions import Interaction
from rapport.platform.access.models import Team, User
from rapport.platform.records.models import Record


class ArrivalRule(Record):
    """A condition on a message that comes in, and what is done with its conversation then."""

    name = models.TextField()
    position = models.IntegerField(default=0, help_text="rules run in this order")
    condition = models.TextField(help_text="in the words of filters, over interactions")
    language = models.TextField(default="en", editable=False, help_text="the one whose words the condition uses")
    owner = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", help_text="who looks after it then"
    )
    team = models.ForeignKey(
        Team, null=True, on_delete=models.SET_NULL, related_name="+", help_text="the department it goes to"
    )
    tags = models.TextField(default="", help_text="put on it, with commas between them")
    closes = models.BooleanField(default=False)
    is_active = models.BooleanField(default=False)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class ArrivalRun(models.Model):
    """That a rule has looked at a message: once, whatever is delivered twice.

    `at` is that of the transaction, and so of the changes that the rule made.
    """

    id = models.BigAutoField(primary_key=True)
    rule = models.ForeignKey(ArrivalRule, on_delete=models.CASCADE, related_name="runs", db_index=False)
    interaction = models.ForeignKey(Interaction, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(db_default=TransactionNow())
    is_match = models.BooleanField(default=False)
    problem = models.TextField(default="", help_text="why what was to be done could not be")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "interaction"], name="arrival_run_once")]
