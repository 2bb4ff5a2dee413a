"""Rules on arrival: what is done with mail as it comes in, by Rapport itself, once for each message and rule.

A rule speaks only of mail that everyone or a team may read: what reaches a person alone is never looked at.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation

from rapport.interactions.actions.conversations import close
from rapport.interactions.actions.handling import assign, move
from rapport.interactions.models import ArrivalRule, ArrivalRun, Audience, Interaction
from rapport.kit.text import clean_line
from rapport.platform.access.actors import EVERYONE, Actor
from rapport.platform.access.models import Team
from rapport.platform.actions.registry import action_of
from rapport.platform.errors import Problem
from rapport.platform.events.bus import subscribe
from rapport.platform.events.models import Event
from rapport.platform.history.context import assume
from rapport.platform.jobs.queue import schedule
from rapport.platform.resources.grammar.conditions import parse
from rapport.platform.resources.grammar.scanner import GrammarProblem
from rapport.platform.resources.registry import RESOURCES

log = logging.getLogger("rapport.rules")

RULE = Actor.system("rule")
"""By whom it is done, as history tells it."""
FRESH = timedelta(days=2)
"""What is older when it comes in, such as at the first look into a mailbox, is no news."""


def shared() -> Q:
    """The messages of which everyone or some team may read everything."""
    principals = [EVERYONE, *Team.objects.kept().values_list("pk", flat=True)]
    return Q(audience__in=Audience.objects.filter(everything__overlap=principals).values("pk"))


def arrived() -> Any:
    """What may be spoken of at all: mail from outside, shared, that no archive was imported for."""
    rows = Interaction.objects.filter(shared(), direction="in", channel="email", deleted_at=None)
    return rows.filter(archive__isnull=False, archive__imports=None)


def matching(rule: ArrivalRule, actor: Actor) -> Q:
    """The condition, as far as the actor may ask. Raises GrammarProblem."""
    with translation.override(rule.language):
        return parse(RESOURCES["interactions"], rule.condition, actor).q


@subscribe("interactions.created")
def run_rules(event: Event) -> None:
    """Each rule that is switched on, in order, on each message that has just come in."""
    rules = list(ArrivalRule.objects.kept().filter(is_active=True))
    if not rules:
        return
    fresh = arrived().filter(pk__in=event.record_ids, at__gt=timezone.now() - FRESH)
    for message in fresh.order_by("at", "pk").values_list("pk", flat=True):
        for rule in rules:
            _run_once(rule, message)


@transaction.atomic
def _run_once(rule: ArrivalRule, message: UUID) -> None:
    """A rule that fails says so on its page, changes nothing, and stops no other."""
    assume(RULE)
    run, is_first = ArrivalRun.objects.get_or_create(rule=rule, interaction_id=message)
    if not is_first:
        return
    try:
        with transaction.atomic(), translation.override(rule.language):
            found = arrived().filter(matching(rule, RULE), pk=message).values_list("conversation", flat=True).first()
            if found:
                run.is_match = True
                act(rule, [found])
    except (Problem, GrammarProblem) as fault:
        run.problem = said_of(fault)
    except Exception as fault:
        # Whatever it is, the other rules and messages aren't to wait for it.
        log.exception("The rule %s failed", rule.pk)
        run.problem = type(fault).__name__
    if run.is_match or run.problem:
        run.save(update_fields=["is_match", "problem"])


def said_of(fault: Problem | GrammarProblem) -> str:
    """Why a rule could not do its work, in a line."""
    told = [fault.detail, *fault.fields.values()] if isinstance(fault, Problem) else [str(fault)]
    return clean_line(" ".join(filter(None, told)), 500) or type(fault).__name__


def act(rule: ArrivalRule, conversations: list[UUID]) -> None:
    """Does what the rule says, by the verbs that people use. Raises what they raise."""
    if rule.tags:
        action_of("conversations", "add_tags").call(conversations, {"tags": rule.tags}, RULE)
    if rule.owner_id:
        assign(conversations, actor=RULE, to=rule.owner_id)
    if rule.team_id:
        move(conversations, actor=RULE, team=rule.team_id)
    if rule.closes:
        close(conversations, actor=RULE)


@schedule("interactions.forget_arrivals", "29 3 * * *")
def forget() -> None:
    """That a rule looked and found nothing is of use only for as long as the message is fresh."""
    ArrivalRun.objects.filter(is_match=False, problem="", at__lt=timezone.now() - 2 * FRESH).delete()
