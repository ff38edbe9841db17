"""What a seed decides of the year, before anything is played."""

from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from deploy.home import Home
from deploy.playing import is_to_be_played
from deploy.year import NEEDS
from deploy.year.asking import WISHES, Asked, year_of
from deploy.year.habits import habits_of
from deploy.year.journeys import tale_of
from deploy.year.note import Note
from deploy.year.player import Span
from deploy.year.stage import Stage
from services.needs.rules.numbers import read_number
from services.needs.rules.phones import read_phone
from shared.kit.clock import SHANGHAI
from tests.year.world import CountedWorld

FIRST = date(2025, 11, 25)


@pytest.fixture(scope="module")
def asked() -> list[Asked]:
    return year_of("a seed", first=FIRST, count=NEEDS)


def test_the_same_seed_is_the_same_year_and_another_one_is_not(asked: list[Asked]) -> None:
    assert year_of("a seed", first=FIRST, count=NEEDS) == asked
    assert year_of("another", first=FIRST, count=NEEDS) != asked


def test_what_is_asked_is_what_the_plan_says_that_people_ask(asked: list[Asked]) -> None:
    shares = {category: count / len(asked) for category, count in Counter(one.category for one in asked).items()}
    assert shares["counselling"] == pytest.approx(0.35, abs=0.03)
    assert shares["child_care"] == pytest.approx(0.28, abs=0.03)
    assert shares["employment"] == pytest.approx(0.22, abs=0.03)
    assert sum(wish.share for wish in WISHES) == pytest.approx(1)


def test_more_than_half_of_those_who_ask_are_elderly(asked: list[Asked]) -> None:
    assert sum(one.person.is_elderly for one in asked) > len(asked) / 2


def test_nearly_every_township_is_asked_something_in_the_order_of_time(asked: list[Asked]) -> None:
    assert len({one.township for one in asked}) > 150
    assert [one.at for one in asked] == sorted(one.at for one in asked)


def test_nobody_alive_is_meant(asked: list[Asked]) -> None:
    """Numbers pass the check and are of an area never assigned; phones are of a block never given to an operator."""
    for one in asked:
        number = read_number(one.person.number)
        assert number.value.startswith("369999")
        assert (number.birth_date, number.sex) == (one.person.born, one.person.sex)
        assert read_phone(one.person.phone).startswith("154")
    assert len({one.person.phone for one in asked}) == len(asked)


def test_stations_learn_so_that_waits_grow_shorter(asked: list[Asked]) -> None:
    """Seven days at the beginning, three at the end: from habits that change, drawn for each need by itself."""
    span = Span(since=asked[0].at, until=asked[-1].at)
    stage = Stage(CountedWorld(), "a seed", span.since)
    tales = [tale_of(stage, inbox=None, asked=one, progress=span.progress(one.at)) for one in asked]  # type: ignore[arg-type]
    early = [tale.days_waited for tale in tales if span.progress(tale.asked.at) < 0.1]
    late = [tale.days_waited for tale in tales if span.progress(tale.asked.at) > 0.9]
    assert 5.5 < sum(early) / len(early) < 9
    assert 1.8 < sum(late) / len(late) < 3.5
    assert habits_of("a seed", asked[0].township) != habits_of("another", asked[0].township)


def test_days_off_are_played_with_the_day_after_them_and_the_last_moment_is_the_end() -> None:
    friday = datetime(2026, 3, 6, tzinfo=SHANGHAI)
    until = friday + timedelta(days=5, hours=10)
    edges = list(Span(since=friday, until=until).steps())
    assert edges == [friday + timedelta(days=day) for day in (1, 4, 5)] + [until]
    sunday = friday + timedelta(days=2, hours=10)
    assert list(Span(since=friday, until=sunday).steps())[-1] == sunday


def test_production_is_played_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FUZHOU_CLOCK", raising=False)
    home = Home(tmp_path)
    assert is_to_be_played(home)
    monkeypatch.setenv("FUZHOU_SAMPLE", "none")
    assert not is_to_be_played(home)
    monkeypatch.setenv("FUZHOU_SAMPLE", "")
    monkeypatch.setenv("FUZHOU_ENVIRONMENT", "production")
    assert not is_to_be_played(home)


def test_a_year_that_was_played_is_not_played_again_and_one_that_was_broken_off_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FUZHOU_CLOCK", raising=False)
    home = Home(tmp_path)
    (home.postgres / "data").mkdir(parents=True)
    (home.postgres / "data" / "PG_VERSION").write_text("18")
    assert not is_to_be_played(home), "people work here already"
    note = Note.of(datetime.fromisoformat("2026-11-25T10:00:00+08:00"))
    note.write(tmp_path)
    assert is_to_be_played(home)
    note.done().write(tmp_path)
    assert not is_to_be_played(home)
