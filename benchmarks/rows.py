"""The one request that all servers answer, and the rows that it becomes, made without the product's code paths."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from shared.kit.crypto import blind, seal
from shared.kit.ids import new_id
from shared.schemas.reference import station_id

TOWNSHIP: Final = "361002100"
STATION: Final = station_id(f"{TOWNSHIP}-01")
SUBJECT: Final = "bench"

BODY: Final[dict[str, Any]] = {
    "words": "我妈妈一个人住，最近吃饭不规律，想找人送餐。希望先来家里看看，她腿脚不好，听力也弱，来之前请先打电话。",
    "channel": "hotline",
    "division": TOWNSHIP,
    "on_behalf_of": "child",
    "groups": ["elderly"],
    "resident": {
        "name": "王秀兰",
        "birth_date": "1952-03-07",
        "sex": "female",
        "phones": [{"number": "13800000000", "owner": "self"}],
        "address": "上顿渡镇示例路1号2栋3单元402室",
        "codes": {"groups": ["elderly", "living_alone"], "income_class": "low"},
    },
}


def resident_row(asked: dict[str, Any], moment: datetime) -> dict[str, Any]:
    id = new_id()
    return {
        "id": id, "name_sealed": seal(asked["name"], "resident", "name", id),
        "birth_date_sealed": seal(asked["birth_date"], "resident", "birth_date", id),
        "address_sealed": seal(asked["address"], "resident", "address", id),
        "name_index": blind("name", asked["name"]), "birth_index": blind("birth_date", asked["birth_date"]),
        "sex": asked["sex"], "groups": asked["codes"]["groups"], "income_class": asked["codes"]["income_class"],
        "division": TOWNSHIP, "station_id": STATION, "created_by": SUBJECT, "created_at": moment, "version": 1,
    }  # fmt: skip


def phone_row(asked: dict[str, Any], resident: UUID) -> dict[str, Any]:
    id = new_id()
    return {
        "id": id, "resident_id": resident, "phone_sealed": seal(asked["number"], "resident_phone", "phone", id),
        "phone_index": blind("phone", asked["number"]), "owner": asked["owner"],
    }  # fmt: skip


def need_row(asked: dict[str, Any], resident: UUID, moment: datetime, token: str) -> dict[str, Any]:
    id = new_id()
    return {
        "id": id, "reference": f"XQ{moment:%y%m%d}-{secrets.token_hex(6)}", "channel": asked["channel"],
        "resident_id": resident, "on_behalf_of": asked["on_behalf_of"],
        "words_sealed": seal(asked["words"], "need", "words", id), "groups": asked["groups"], "urgency": "routine",
        "division": TOWNSHIP, "station_id": STATION, "status": "registered", "episode": 1,
        "tracking_index": blind("tracking", token), "registered_by": SUBJECT, "registered_at": moment,
        "due_at": moment + timedelta(hours=6), "version": 1,
    }  # fmt: skip


def clock_rows(need: UUID, moment: datetime) -> list[dict[str, Any]]:
    kinds = (("triage", 4.0, "working_hours", 6), ("first_contact", 3.0, "calendar_days", 72))
    return [
        {
            "id": new_id(), "kind": kind, "urgency": "routine", "policy": "bench", "target_value": value,
            "target_unit": unit, "started_at": moment, "due_at": moment + timedelta(hours=hours), "need_id": need,
            "episode": 1, "division": TOWNSHIP, "station_id": STATION,
        }
        for kind, value, unit, hours in kinds
    ]  # fmt: skip


def timer_rows(clocks: list[dict[str, Any]], message: UUID, resident: UUID, moment: datetime) -> list[dict[str, Any]]:
    wanted = [("tell_clock", clock["id"], clock["due_at"], '{"step": 0}') for clock in clocks]
    wanted += [("send_message", message, moment, "{}"), ("birthday", resident, moment + timedelta(days=200), "{}")]
    return [
        {"id": new_id(), "kind": kind, "subject": str(subject), "due": due, "payload": payload}
        for kind, subject, due, payload in wanted
    ]


def message_row(resident: UUID, need: UUID, phone: str, text: str, moment: datetime) -> dict[str, Any]:
    id = new_id()
    return {
        "id": id, "resident_id": resident, "need_id": need, "template": "tracking",
        "phone_sealed": seal(phone, "message", "phone", id), "text_sealed": seal(text, "message", "text", id),
        "created_at": moment,
    }  # fmt: skip


NOT_YET: Final = (
    "category", "outcome", "assigned_to", "case_id", "joined_to", "referral", "reopen_reason", "reopened_at",
)  # fmt: skip


def answer_of(need: dict[str, Any], clocks: list[dict[str, Any]]) -> dict[str, Any]:
    """What a caller is told: the same members as the product's answer."""
    shown = ("id", "reference", "channel", "resident_id", "on_behalf_of", "groups", "urgency", "division", "station_id")
    ends = dict.fromkeys(("met_at", "first_met_at", "breached_at", "stopped_at"))
    seen = ("id", "kind", "urgency", "episode", "started_at", "due_at")
    return (
        {name: need[name] for name in shown}
        | {name: need[name] for name in ("status", "episode", "registered_at", "due_at", "version")}
        | dict.fromkeys(NOT_YET)
        | {"awaits_county": False, "pauses": [], "tracking_token": None}
        | {"clocks": [{name: clock[name] for name in seen} | ends for clock in clocks]}
    )


def wall() -> datetime:
    return datetime.now(UTC)
