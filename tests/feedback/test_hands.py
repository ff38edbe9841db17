"""Whoever had a hand in a matter, by whichever way, neither answers for it, reads it, nor judges a complaint of it."""

from typing import Any, Final
from uuid import UUID, uuid4

import pytest

from services.feedback.rules.hands import hands_of_account, touch
from shared.schemas.access import Grant, Role
from shared.schemas.facts import Fact, cases, identity, needs
from shared.schemas.vocabulary import ContactKind, ServiceKind, Urgency
from tests.city import City, Person
from tests.feedback.asking import ended, hear, say, survey_of
from tests.feedback.test_voices import assign, lodged
from tests.needs.asking import TUESDAY
from tests.people import OTHER_STATION, OTHER_TOWNSHIP, STATION, TOWNSHIP

CASE, WORKER_ID, LATER_WORKER, THIRD_STATION = uuid4(), uuid4(), uuid4(), uuid4()
JUDGE: Final = (Grant(role=Role.HEAD_STATION, divisions=("361002",)),)


@pytest.fixture(autouse=True)
async def informed(city: City) -> City:
    await city.settle()
    city.house("feedback").limiter = None
    return city


def with_station(station: UUID) -> Person:
    return Person("of-station", (*JUDGE, Grant(role=Role.STATION_HEAD, stations=(str(station),))))


def opened(case: UUID, need: UUID | None, worker: UUID | None = None) -> cases.CaseOpened:
    return cases.CaseOpened(
        case_id=case, need_id=need, resident_id=uuid4(), station_id=STATION, division=TOWNSHIP, worker_id=worker,
        category="counselling", opened_at=TUESDAY,
    )  # fmt: skip


def moved(case: UUID) -> cases.CaseTransferred:
    return cases.CaseTransferred(
        case_id=case, from_station=STATION, to_station=THIRD_STATION, to_worker=LATER_WORKER, transferred_at=TUESDAY
    )


def joined(case: UUID, need: UUID) -> cases.CaseJoined:
    return cases.CaseJoined(case_id=case, need_id=need, episode=1, station_id=STATION, joined_at=TUESDAY)


async def read_status(city: City, who: Person, need: UUID) -> int:
    survey = await survey_of(city, need)
    return (await city.get("feedback", f"/answers/{survey.id}", who)).status_code


async def answered(city: City, *facts: Fact, need: UUID) -> None:
    """An episode that others than these stations are known to have ended, and its person said how it went."""
    await hear(city, ended(need, station_id=OTHER_STATION), *facts)
    await say(city, (await survey_of(city, need)).token)


async def test_a_station_that_a_case_went_to_has_a_hand_in_each_of_its_needs(city: City) -> None:
    first, later, case = uuid4(), uuid4(), uuid4()
    await answered(city, opened(case, first), moved(case), joined(case, later), need=first)
    await answered(city, need=later)
    for need in (first, later):
        assert await read_status(city, with_station(THIRD_STATION), need) == 403
        assert await read_status(city, with_station(uuid4()), need) == 200


def assigned(case: UUID) -> cases.CaseAssigned:
    return cases.CaseAssigned(case_id=case, station_id=STATION, worker_id=WORKER_ID, assigned_at=TUESDAY)


def recorded(case: UUID) -> cases.ServiceRecorded:
    return cases.ServiceRecorded(
        case_id=case, service_id=uuid4(), kind=ServiceKind.VISIT, station_id=STATION, division=TOWNSHIP,
        worker_id=WORKER_ID, minutes=30, person_times=1, is_professional=True, reached=True, occurred_at=TUESDAY,
        is_late_entry=False,
    )  # fmt: skip


def reopened(case: UUID) -> cases.CaseReopened:
    return cases.CaseReopened(
        case_id=case, resident_id=uuid4(), station_id=STATION, division=TOWNSHIP, worker_id=WORKER_ID,
        reopened_at=TUESDAY,
    )  # fmt: skip


@pytest.mark.parametrize("way", [assigned, recorded, reopened, lambda case: opened(case, None, WORKER_ID)])
async def test_a_worker_of_the_case_has_a_hand_in_it(city: City, way: Any) -> None:
    need, case = uuid4(), uuid4()
    await answered(city, opened(case, need), way(case), need=need)
    claims = Person("anybody", JUDGE, worker=str(WORKER_ID))
    assert await read_status(city, claims, need) == 403
    assert await read_status(city, Person("anybody", JUDGE, worker=str(LATER_WORKER)), need) == 200


def _triaged(need: UUID) -> Fact:
    return needs.NeedTriaged(
        need_id=need, resident_id=None, reference="XQ260310-7K3QF9-D", category="meals", groups=(),
        urgency=Urgency.ROUTINE, division=OTHER_TOWNSHIP, station_id=OTHER_STATION, episode=1, confidence=1.0,
        registered_at=TUESDAY, triaged_at=TUESDAY, by="doer",
    )  # fmt: skip


def _contacted(need: UUID) -> Fact:
    return needs.NeedContacted(
        need_id=need, episode=1, kind=ContactKind.CALL, occurred_at=TUESDAY, recorded_at=TUESDAY, is_first=True,
        is_late_entry=False, by="doer",
    )  # fmt: skip


def _started(need: UUID) -> Fact:
    return needs.NeedStarted(need_id=need, episode=1, by_station=True, started_at=TUESDAY, by="doer")


def _resolved(need: UUID) -> Fact:
    return ended(need, station_id=OTHER_STATION, by="doer")


@pytest.mark.parametrize("act", [_triaged, _contacted, _started, _resolved])
async def test_who_did_something_about_it_without_claiming_it_has_a_hand_in_it(city: City, act: Any) -> None:
    need = uuid4()
    await answered(city, act(need), need=need)
    assert await read_status(city, Person("doer", JUDGE), need) == 403
    assert await read_status(city, Person("other", JUDGE), need) == 200


async def test_whoever_runs_the_township_has_a_hand_in_what_its_stations_did(city: City) -> None:
    need = uuid4()
    await answered(city, need=need)
    runs = Person("runs", (*JUDGE, Grant(role=Role.TOWNSHIP_MANAGER, divisions=(TOWNSHIP,))))
    elsewhere = Person("runs", (*JUDGE, Grant(role=Role.TOWNSHIP_MANAGER, divisions=(OTHER_TOWNSHIP,))))
    assert [await read_status(city, who, need) for who in (runs, elsewhere)] == [403, 200]


def test_a_county_that_judges_runs_nothing() -> None:
    assert not touch(hands_of_account("a", JUDGE, None), {("township", TOWNSHIP)})
    county = Grant(role=Role.TOWNSHIP_MANAGER, divisions=("361002",))
    assert touch(hands_of_account("a", [county], None), {("township", TOWNSHIP)})


async def _is_assigned(city: City, complaint: dict[str, Any], *grants: Grant, worker: str | None = None) -> int:
    """What comes of assigning a complaint to an account that identity told of."""
    name = f"account-{uuid4()}"
    changed = identity.AccountChanged(account=name, is_active=True, version=1, grants=grants, worker=worker)
    await hear(city, changed)
    return await assign(city, complaint, name)


async def test_a_complaint_is_not_given_to_a_colleague_of_whom_it_is_about(city: City) -> None:
    of_station = Grant(role=Role.SOCIAL_WORKER, stations=(str(STATION),))
    of_provider = Grant(role=Role.PROVIDER_OFFICER, provider="health")
    assert await _is_assigned(city, await lodged(city), of_station) == 409
    about_provider = await lodged(city, station_id=None, provider="health")
    assert await _is_assigned(city, about_provider, of_provider) == 409
    assert await _is_assigned(city, about_provider, *JUDGE) == 200


async def test_a_complaint_is_not_given_to_a_worker_of_its_case(city: City) -> None:
    need, case = uuid4(), uuid4()
    await hear(city, opened(case, need, WORKER_ID))
    complaint = await lodged(city, need_id=str(need), station_id=None)
    assert await _is_assigned(city, complaint, *JUDGE, worker=str(WORKER_ID)) == 409
    assert await _is_assigned(city, complaint, *JUDGE, worker=str(uuid4())) == 200


async def test_what_an_account_no_longer_is_does_not_bind_it(city: City) -> None:
    was = identity.AccountChanged(
        account="mover", is_active=True, version=1, grants=(Grant(role=Role.STATION_HEAD, stations=(str(STATION),)),)
    )
    await hear(city, was, was.model_copy(update={"grants": JUDGE, "version": 2}))
    assert await assign(city, await lodged(city), "mover") == 200
