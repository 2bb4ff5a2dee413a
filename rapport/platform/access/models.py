"""Users, teams and roles: who may do what, with which rows and which fields."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from rapport.platform.records.models import Record, Row, Rows


class Team(Record):
    """A team; teams form a tree. Who leads to whom matters for "my team and below" alone."""

    name = models.TextField()
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="team_name_unique")]

    def __str__(self) -> str:
        return self.name


class Role(Record):
    """What its holders may do. `grants` is described, and checked, by `access.grants`."""

    name = models.TextField()
    description = models.TextField(blank=True, default="")
    is_administrator = models.BooleanField(default=False)
    grants = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="role_name_unique")]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager.from_queryset(Rows)):  # type: ignore[misc]
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user  # type: ignore[no-any-return]

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)  # type: ignore[no-any-return]


class User(Record, AbstractBaseUser):
    """Somebody of ours who signs in."""

    email = models.EmailField(max_length=254)
    name = models.TextField(blank=True, default="")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="users")
    roles: models.ManyToManyField[Role, UserRole] = models.ManyToManyField(
        Role, through="UserRole", related_name="users"
    )
    time_zone = models.TextField(default="UTC")
    language = models.TextField(default="en")
    is_active = models.BooleanField(default=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return str(self)


class UserRole(Row):
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    role = models.ForeignKey(Role, on_delete=models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="user_role_unique")]


class Share(Row):
    """One record shared with a person or a team, to read or to work on."""

    resource = models.TextField()
    record_id = models.UUIDField()
    principal_id = models.UUIDField(help_text="a user's or a team's id")
    may_edit = models.BooleanField(default=False)
    shared_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    shared_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record_id", "principal_id", "resource"], name="share_unique")]
        indexes = [models.Index(fields=["principal_id", "resource", "record_id"], name="share_by_principal")]


class Token(Row):
    """A key to the API: acts as its user, narrowed to `roles` where any are named. Only its hash is kept."""

    name = models.TextField()
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    digest = models.BinaryField(unique=True, max_length=32)
    role_ids = ArrayField(models.UUIDField(), default=list)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)


class Invitation(Row):
    """Somebody who is asked to join. Its link is signed, so that nothing kept here opens it; it works once."""

    email = models.EmailField(max_length=254)
    team = models.ForeignKey(Team, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    role_ids = ArrayField(models.UUIDField(), default=list)
    invited_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    invited_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    user = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False, help_text="who they became"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"), condition=models.Q(revoked_at=None, accepted_at=None), name="invitation_open_once"
            )
        ]


class Look(Row):
    """An administrator looked at what a user sees, from when to when."""

    looker = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    began_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-began_at"], name="look_at_user")]


class Absence(Row):
    """Somebody is away from one day to another, both included, and somebody else is shown what comes for them."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="absences", db_index=False)
    delegate = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    begins_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("begins_on")), name="absence_in_order"),
            models.CheckConstraint(condition=~models.Q(delegate=models.F("user")), name="absence_delegated"),
        ]
        indexes = [models.Index(fields=["delegate", "ends_on"], name="absence_of_delegate")]


class House(models.Model):
    """How the organisation that runs this Rapport calls and shows itself: one row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    name = models.TextField(default="")
    accent = models.TextField(default="", help_text="a colour like #1f5f5b; Rapport's own if empty")
    currency = models.TextField(default="EUR", help_text="ISO 4217, of amounts that name none")
    logo_digest = models.BinaryField(max_length=32, null=True, help_text="a PNG in the store")
    version = models.IntegerField(default=1, help_text="rises with every change, so that browsers keep what doesn't")


class AccessEpoch(models.Model):
    """One row, raised by trigger with every change of a user, team or role: compiled rights carry it."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    epoch = models.BigIntegerField(default=1)


class SetUp(models.Model):
    """The one-time link of the first start: one row, gone for good after the first administrator."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    digest = models.BinaryField(max_length=32, null=True)
    done_at = models.DateTimeField(null=True)
