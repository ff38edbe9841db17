"""How the sample city's stations stand, and who works there."""

import json
import os
import subprocess
import sys
from collections import Counter
from datetime import date
from functools import cache
from statistics import mean
from typing import Any

import pytest

from deploy.places import ROOT
from deploy.sample import is_wanted
from deploy.sample.city import categories, setting_of, stations, township_stations, townships
from deploy.sample.stations import MARK, files
from deploy.sample.workers import staff_of, workers
from services.cases.models import Station as StationOfCases
from services.cases.rules.standards import judge
from services.cases.schemas.stations import StationEdit, TrainingForm, WorkerForm
from services.identity.service.samples import samples
from shared.reference import rows_of_table
from shared.schemas.reference import Station, StationStandard
from shared.schemas.vocabulary import Licence, StandardVerdict, StationKind, StationSetting

DAY = date(2026, 11, 25)


@cache
def standards() -> list[StationStandard]:
    return [body for row in rows_of_table("station_standard") if isinstance(body := row.read(), StationStandard)]


def verdicts(station: Station) -> dict[str, StandardVerdict]:
    """How cases would judge a file."""
    edit = StationEdit.model_validate(files()[station.code])
    kept = StationOfCases(**edit.model_dump())
    judged = judge(standards(), kept.measures(staff=staff_of(station), day=DAY), edit.setting)
    return {standard.code: verdict for standard, _, verdict in judged}


def test_every_station_has_a_file_that_says_it_was_made_up() -> None:
    assert len(files()) == 162 + 11 + 1
    assert all(file["operator"].startswith(MARK) for file in files().values())


def test_of_each_standard_some_meet_it_and_some_miss_it_and_some_have_not_said() -> None:
    counted: dict[str, Counter[StandardVerdict]] = {}
    for station in township_stations():
        for code, verdict in verdicts(station).items():
            counted.setdefault(code, Counter())[verdict] += 1
    assert set(counted) == {standard.code for standard in standards()}
    for code, counts in counted.items():
        assert counts[StandardVerdict.MEETS], code
        if code not in ("staff_urban", "staff_rural", "display_zone"):
            assert counts[StandardVerdict.MISSES], code
            assert counts[StandardVerdict.NOT_REPORTED], code


def test_town_stands_better_than_country() -> None:
    met: dict[StationSetting, list[float]] = {setting: [] for setting in StationSetting}
    staff: dict[StationSetting, list[int]] = {setting: [] for setting in StationSetting}
    settings = {township.code: setting_of(township) for township in townships()}
    for station in township_stations():
        found = verdicts(station)
        met[settings[station.division]].append(mean(each is StandardVerdict.MEETS for each in found.values()))
        staff[settings[station.division]].append(staff_of(station))
    assert mean(met[StationSetting.URBAN]) > mean(met[StationSetting.RURAL]) + 0.05
    # The plan's figures (2.1).
    assert mean(staff[StationSetting.URBAN]) == pytest.approx(4.2, abs=0.1)
    assert mean(staff[StationSetting.RURAL]) == pytest.approx(2.1, abs=0.05)


def test_what_the_plan_counts_is_counted_so() -> None:
    of_townships = [files()[station.code] for station in township_stations()]
    assert Counter(file.get("build") for file in of_townships) == {"new": 80, "improved": 70, None: 12}
    assert sum(len(file.get("service_points", ())) for file in of_townships) == 30
    for file in of_townships:
        special = [line["category"] for line in file.get("services", ()) if line["service_class"] == "special"]
        assert not special or (len(special) >= 2 and file["speciality"] in special)
        assert {line["category"] for line in file.get("services", ())} <= set(categories())


def test_service_points_and_served_places_are_of_the_stations_own_county() -> None:
    for station in stations():
        file = files()[station.code]
        assert file["serves"] == [station.division]
        assert all(point.startswith(station.division) for point in file.get("service_points", ()))


def test_some_five_hundred_work_there_of_whom_the_plans_share_is_licensed() -> None:
    everybody = workers()
    assert 470 <= len(everybody) <= 530
    licensed = mean(worker.licence is not Licence.NONE for worker in everybody)
    assert licensed == pytest.approx(0.18, abs=0.005)
    assert 0.85 < mean(worker.is_able for worker in everybody) < 0.97
    assert {worker.station.code for worker in everybody if worker.is_able} == {station.code for station in stations()}


def test_cases_would_take_every_worker_and_every_course() -> None:
    for worker in workers():
        form: dict[str, Any] = {
            "account": worker.account, "station_id": str(worker.station.id), "licence": worker.licence,
            "skills": worker.skills, "joined_at": worker.joined.isoformat(),
        }  # fmt: skip
        assert WorkerForm.model_validate(form).joined_at == worker.joined
        for training in worker.trainings:
            assert worker.joined.date() < TrainingForm.model_validate(training).held_on
            assert TrainingForm.model_validate(training).held_on < DAY


def test_every_worker_is_a_sample_account_of_the_same_station() -> None:
    accounts = {sample.name: sample.grant.stations for sample in samples(DAY)}
    for worker in workers():
        assert accounts[worker.account] == (str(worker.station.id),)


def test_heads_and_the_centre_have_more_people_than_a_township() -> None:
    most = max(staff_of(station) for station in township_stations())
    heads = [staff_of(station) for station in stations() if station.kind is not StationKind.TOWNSHIP]
    assert min(heads) > most


def test_the_dice_fall_the_same_in_another_process() -> None:
    script = (
        "import json; from deploy.sample.stations import files; from deploy.sample.workers import workers;"
        "print(json.dumps([files(), [(each.account, each.licence, each.skills) for each in workers()]], default=str))"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True, text=True,
            env=os.environ | {"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert json.loads(said[0]) == json.loads(said[1])


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({}, True),
        ({"FUZHOU_SAMPLE": "none"}, False),
        ({"FUZHOU_ENVIRONMENT": "production"}, False),
        ({"FUZHOU_ENVIRONMENT": "production", "FUZHOU_SAMPLE": "whole"}, False),
    ],
)
def test_production_and_whoever_wants_none_get_no_sample(environment: dict[str, str], wanted: bool) -> None:
    assert is_wanted(environment) is wanted
