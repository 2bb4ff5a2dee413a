"""The organisation's own settings."""

from __future__ import annotations

import pytest

from rapport.interactions.models import OurOrganization
from tests.factories.cast import Cast
from tests.factories.jobs import do_waiting
from tests.web.conftest import SignIn

pytestmark = pytest.mark.django_db
SENT = {"name": "Ours", "time_zone": "Europe/Berlin", "lapse_days": "30", "holidays": "2026-12-25"}


def test_due_times_are_worked_out_again_when_what_they_follow_from_changes(cast: Cast, sign_in: SignIn) -> None:
    administrator = sign_in(cast.administrator)
    for sent, jobs in ((SENT, 1), ({**SENT, "name": "Theirs"}, 0), ({**SENT, "holidays": "2026-12-26"}, 1)):
        assert administrator.post("/settings/organisation", sent).status_code == 302
        assert do_waiting("interactions.settle_all") == jobs
    assert OurOrganization.objects.get().holidays == ["2026-12-26"]
