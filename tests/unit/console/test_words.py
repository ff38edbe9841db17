"""Times and clocks as people say them."""

from datetime import datetime, timedelta

import pytest

from services.console.rules.clocks import bar
from services.console.rules.moments import length, told
from services.console.rules.secrets import challenge, is_local, masked, new_secret, unmasked

NOW = datetime.fromisoformat("2026-03-10T10:00:00+08:00")


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-03-10T14:30:00+08:00", "今天 14:30"),
        ("2026-03-10T16:30:00+00:00", "明天 00:30"),
        ("2026-03-09T09:05:00+08:00", "昨天 09:05"),
        ("2026-03-14T09:00:00+08:00", "3月14日 周六 09:00"),
        ("2024-02-29T09:00:00+08:00", "2024年2月29日 周四 09:00"),
        (None, "—"),
    ],
)
def test_a_moment_is_told_as_people_write_it(moment: str | None, words: str) -> None:
    assert told(moment, now=NOW) == words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0.5, "不到1分钟"), (45, "45分钟"), (150, "2小时30分钟"), (60, "1小时"), (27 * 60, "1天3小时")],
)
def test_a_length_is_told_in_two_units(minutes: float, words: str) -> None:
    assert length(timedelta(minutes=minutes)) == words


def clock(**changes: str) -> dict[str, str]:
    return {
        "kind": "first_contact", "started_at": "2026-03-10T08:00:00+08:00", "due_at": "2026-03-10T12:00:00+08:00",
    } | changes  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "state", "percent", "words"),
    [
        ({}, "ok", 50, "还剩2小时"),
        ({"due_at": "2026-03-10T10:20:00+08:00"}, "soon", 86, "还剩20分钟"),
        ({"due_at": "2026-03-10T09:00:00+08:00"}, "late", 100, "已超时1小时"),
        ({"met_at": "2026-03-10T09:00:00+08:00"}, "met", 25, "按时完成"),
        ({"met_at": "2026-03-10T13:00:00+08:00"}, "late", 100, "超时1小时完成"),
    ],
)
def test_a_clock_is_a_bar_with_words(changes: dict[str, str], state: str, percent: int, words: str) -> None:
    shown = bar(clock(**changes), now=NOW)
    assert (shown.state, shown.percent, shown.words) == (state, percent, words)


@pytest.mark.parametrize("path", ["//evil.example", "https://evil.example", "/\\evil", "desk", "/a\nb"])
def test_the_way_back_stays_on_this_site(path: str) -> None:
    assert not is_local(path)
    assert is_local("/desk/station?need=1")


def test_the_challenge_is_the_standards_own_example() -> None:
    """RFC 7636, appendix B."""
    assert challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_a_word_looks_different_on_each_page_and_is_the_same_when_it_comes_back() -> None:
    word = new_secret()
    shown = {masked(word) for _ in range(20)}
    assert len(shown) == 20
    assert not [each for each in shown if word in each]
    assert {unmasked(each) for each in shown} == {word.encode()}


@pytest.mark.parametrize("given", ["", "x", "é", "AAAA", "====", "a" * 999])
def test_what_never_was_a_word_is_none(given: str) -> None:
    assert unmasked(given) != new_secret().encode()
