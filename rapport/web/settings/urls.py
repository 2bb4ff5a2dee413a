"""The addresses of Settings."""

from django.urls import URLPattern, path

from rapport.web.settings import absence, audit, house, invitations, logo, looks, own, records, rights, roles, users

urlpatterns: list[URLPattern] = [
    path("", own.start, name="settings"),
    path("profile", own.profile),
    path("tokens", own.tokens),
    path("tokens/<uuid:token>/revoke", own.revoke),
    path("organisation", house.organisation),
    path("organisation/logo", logo.change),
    path("jobs", house.held_jobs),
    path("jobs/run", house.rerun),
    path("users", users.index),
    path("users/new", users.add),
    path("audit", audit.show),
    path("audit.csv", audit.export),
    path("absence", absence.show),
    path("users/<uuid:user>/absence", absence.show),
    path("absences/<uuid:absence>/remove", absence.take_back),
    path("look/leave", looks.leave),
    path("users/<uuid:user>/look", looks.begin),
    path("users/invite", invitations.invite),
    path("users/invitations/<uuid:invitation>/revoke", invitations.revoke),
    path("users/<uuid:user>", users.change),
    path("users/<uuid:user>/disable", users.end),
    path("users/<uuid:user>/enable", users.begin_again),
    path("roles", rights.roles),
    path("roles/new", roles.edit),
    path("roles/<uuid:role>", roles.edit),
    path("<str:section>", records.index),
    path("<str:section>/new", records.add),
    path("<str:section>/<uuid:record>", records.change),
    path("<str:section>/<uuid:record>/remove", records.remove),
    path("<str:section>/<uuid:record>/restore", records.restore),
]
