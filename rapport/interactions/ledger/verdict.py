"""*Does it need improvement?* Answered from figures, in sentences that carry their grounds."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from rapport.kit.durations import short
from rapport.kit.text import percent
from rapport.kit.wording import Wording

ENOUGH = 5
"""Answers in a period below which its shares and medians tell nothing."""
GOOD_SHARE = 0.8
"""The share of answers within target that needs no improvement."""
WORSE_SHARE = 0.1
"""The loss in that share, against the period before, that does."""
WORSE_MEDIAN = 1.5
"""The growth of the median, against the period before, that does."""
OVERDUE_SHARE = 0.1
"""The share of overdue prompts, among those answered and those overdue, that does."""

Reason = Literal["share", "median", "overdue"]


@dataclass(frozen=True, slots=True)
class Period:
    """Our answers in one period."""

    answered: int
    within_target: int
    median_seconds: float | None

    @property
    def tells(self) -> bool:
        return self.answered >= ENOUGH

    @property
    def share(self) -> float:
        return self.within_target / self.answered


@dataclass(frozen=True, slots=True)
class Group:
    """Whom we answer: a relationship kind, a channel, a team. The label stands inside a sentence."""

    label: str
    now: Period
    before: Period
    overdue_now: int = 0


@dataclass(frozen=True, slots=True)
class Ground:
    group: str
    reason: Reason
    sentence: str


@dataclass(frozen=True, slots=True)
class Verdict:
    needs_improvement: bool
    can_tell: bool
    """False: too few answers and nothing overdue."""
    headline: str
    grounds: tuple[Ground, ...]
    """Why it does need improvement, in the order of the groups."""
    others: tuple[str, ...]
    """What is well, and where there are too few answers to tell."""

    @property
    def text(self) -> str:
        return " ".join([self.headline, *(ground.sentence for ground in self.grounds), *self.others])


def judge(groups: Iterable[Group], wording: Wording) -> Verdict:
    """The verdict over groups of which none is part of another. Groups without any figure are left out."""
    seen = [group for group in groups if group.now.answered or group.overdue_now]
    grounds = {group.label: _grounds(group, wording) for group in seen}
    found = tuple(ground for group in seen for ground in grounds[group.label])
    places = sum(bool(several) for several in grounds.values())
    can_tell = bool(found) or any(group.now.tells for group in seen)
    others = tuple(_other(group, wording) for group in seen if not grounds[group.label])
    return Verdict(places > 0, can_tell, _headline(places, can_tell, wording), found, others)


def _headline(places: int, can_tell: bool, wording: Wording) -> str:
    if places:
        return wording.ngettext(
            "It needs improvement in one place.", "It needs improvement in {count} places.", places
        ).format(count=places)
    if can_tell:
        return wording.gettext("It does not need improvement.")
    return wording.gettext("There are too few answers to tell.")


def _grounds(group: Group, wording: Wording) -> list[Ground]:
    grounds = []
    if group.now.tells and _is_low(group):
        grounds.append(Ground(group.label, "share", _share_sentence(group, wording)))
    if group.now.tells and _is_slower(group):
        grounds.append(Ground(group.label, "median", _median_sentence(group, wording)))
    if group.overdue_now and group.overdue_now >= OVERDUE_SHARE * (group.now.answered + group.overdue_now):
        grounds.append(Ground(group.label, "overdue", _overdue_sentence(group, wording)))
    return grounds


def _is_low(group: Group) -> bool:
    if group.now.share < GOOD_SHARE:
        return True
    return group.before.tells and round(group.before.share - group.now.share, 6) >= WORSE_SHARE


def _is_slower(group: Group) -> bool:
    now, before = group.now.median_seconds, group.before.median_seconds
    return bool(now and before and group.before.tells and now >= WORSE_MEDIAN * before)


def _share_sentence(group: Group, wording: Wording) -> str:
    figures = {"group": group.label, "share": percent(group.now.share)}
    if not group.before.tells:
        return wording.gettext("{group}: {share} answered within target.").format(**figures)
    figures["before"] = percent(group.before.share)
    if figures["share"] == figures["before"]:
        return wording.gettext("{group}: {share} answered within target, as before.").format(**figures)
    if group.now.share > group.before.share:
        template = wording.gettext("{group}: {share} answered within target, up from {before}.")
    else:
        template = wording.gettext("{group}: {share} answered within target, down from {before}.")
    return template.format(**figures)


def _median_sentence(group: Group, wording: Wording) -> str:
    return wording.gettext("{group} wait {median} at the median, up from {before}.").format(
        group=group.label,
        median=short(group.now.median_seconds or 0, wording),
        before=short(group.before.median_seconds or 0, wording),
    )


def _overdue_sentence(group: Group, wording: Wording) -> str:
    return wording.ngettext(
        "{group}: one answer is overdue now.", "{group}: {count} answers are overdue now.", group.overdue_now
    ).format(group=group.label, count=group.overdue_now)


def _other(group: Group, wording: Wording) -> str:
    """How it stands there. Overdue answers are named even where they are too few to need improvement."""
    if group.now.tells:
        sentence = _share_sentence(group, wording)
    else:
        sentence = wording.gettext("{group}: too few answers to tell.").format(group=group.label)
    return f"{sentence} {_overdue_sentence(group, wording)}" if group.overdue_now else sentence
