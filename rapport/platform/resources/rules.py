"""What an administrator doesn't let be stored: conditions in the words of filters, each with its message."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import lru_cache

from django.db.models import Q
from django.utils import translation

from rapport.platform.access.actors import Actor, epoch_now
from rapport.platform.errors import Invalid
from rapport.platform.fields.models import ValidationRule
from rapport.platform.records.models import Row
from rapport.platform.resources.grammar.conditions import parse
from rapport.platform.resources.grammar.scanner import GrammarProblem
from rapport.platform.resources.registry import Resource

log = logging.getLogger(__name__)

SYSTEM = Actor.system("rule")
"""A rule holds whatever the one who writes may read, and so is understood as by Rapport itself."""


def check_rules(resource: Resource, rows: Iterable[Row], actor: Actor) -> None:
    """Raises Invalid with the messages of the rules that refuse any of these rows as they are stored now.

    One query for each rule of the resource; none where there are no rules.
    """
    rules = _rules(resource.name, actor.epoch or epoch_now()) if resource.custom_fields else ()
    ids = [row.pk for row in rows] if rules else []
    stored = resource.model._default_manager.filter(pk__in=ids)
    refused = [rule.message for rule in rules if stored.filter(_condition(resource, rule)).exists()]
    if refused:
        raise Invalid(" ".join(refused))


def condition_problem(resource: Resource, text: str) -> str:
    """Why a condition can't be understood; empty where it can."""
    try:
        parse(resource, text, SYSTEM)
    except GrammarProblem as problem:
        return str(problem)
    return ""


def _condition(resource: Resource, rule: ValidationRule) -> Q:
    try:
        with translation.override(rule.language):
            return parse(resource, rule.condition, SYSTEM).q
    except GrammarProblem as problem:
        # What the rule speaks of is gone, such as a field. It must not keep anybody from working.
        log.error("Rule %s is no longer understood: %s", rule.pk, problem)
        return Q(pk__in=())


@lru_cache(maxsize=200)
def _rules(resource: str, epoch: int) -> tuple[ValidationRule, ...]:
    # `epoch` rises with every change of a rule, so that no process follows an old one.
    return tuple(ValidationRule.objects.kept().filter(resource=resource, is_active=True))
