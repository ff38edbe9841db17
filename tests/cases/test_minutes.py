"""Shares of minutes, without a database."""

from services.cases.rules.times import contact_by, professional_share
from shared.schemas.vocabulary import ServiceKind


def test_nothing_of_nothing_is_no_error() -> None:
    assert (professional_share(0, 0), professional_share(90, 20)) == (0.0, 81.8)


def test_every_kind_of_service_reaches_people_by_something_that_counts() -> None:
    assert all(contact_by(kind).is_effective for kind in ServiceKind)
