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


class AccessEpoch(models.Model):
    """One row, raised by trigger with every change of a user, team or role: compiled rights carry it."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    epoch = models.BigIntegerField(default=1)


class SetUp(models.Model):
    """The one-time link of the first start: one row, gone for good after the first administrator."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    digest = models.BinaryField(max_length=32, null=True)
    done_at = models.DateTimeField(null=True)
