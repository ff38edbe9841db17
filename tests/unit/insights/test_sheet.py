"""A sheet holds what was written, and nothing in it runs."""

import csv
import io

import pytest

from services.insights.rules.sheet import sheet


def cells(*rows: dict[str, object]) -> list[list[str]]:
    return list(csv.reader(io.StringIO(sheet(rows).decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("text", ["=1+1", "+86", "-5", "@SUM(A1)", "\t=1", " =1", "＝1+1", "\r=1"])
def test_what_a_spreadsheet_would_run_is_defused(text: str) -> None:
    assert cells({"name": text})[1] == [f"'{text}"]


def test_numbers_stay_numbers_and_codes_text() -> None:
    row = {"division": "361002100", "value": -0.5, "count": 3, "is": True, "none": None, "month": "2026-03"}
    assert cells(row)[1] == ["\t361002100", "-0.5", "3", "true", "", "\t2026-03"]


def test_a_field_within_a_field_has_a_column_and_a_list_one_cell() -> None:
    row: dict[str, object] = {
        "contact": {"count": 2},
        "stations": ["a", "b"],
        "targets": [{"clause": "5.4", "value": 3}],
    }
    assert cells(row) == [["contact.count", "stations", "targets"], ["2", "a; b", "clause=5.4 value=3"]]


def test_chinese_is_read_as_what_it_is() -> None:
    assert sheet([{"name": "临川区"}]).startswith("\ufeffname\r\n临川区".encode())


@pytest.mark.parametrize("name", ["𠮷田𡈽", "\U00030edd\U00030ede", "古丽·𠮷", "Müller", "36100219520307002X"])
def test_rare_characters_and_numbers_that_end_in_x_stay_whole(name: str) -> None:
    assert cells({"name": name})[1][0].lstrip("\t") == name
