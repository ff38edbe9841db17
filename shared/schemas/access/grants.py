"""Roles, how far they reach, and what an account holds of them."""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field


class Role(StrEnum):
    """What an account is here for."""

    RESIDENT = "resident"
    HOTLINE_OPERATOR = "hotline_operator"
    FRONT_END = "front_end"
    SOCIAL_WORKER = "social_worker"
    STATION_HEAD = "station_head"
    HEAD_STATION = "head_station"
    TOWNSHIP_MANAGER = "township_manager"
    PROVIDER_OFFICER = "provider_officer"
    PROVIDER_SYSTEM = "provider_system"
    OPERATOR = "operator"
    COUNTY_MANAGER = "county_manager"
    CITY_MANAGER = "city_manager"
    SUPERVISOR = "supervisor"
    EVALUATOR = "evaluator"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    SERVICE = "service"

    @property
    def zh(self) -> str:
        """How the role is called where people read it."""
        return _ROLES_ZH[self]


_ROLES_ZH: Final[dict[Role, str]] = {
    Role.RESIDENT: "居民",
    Role.HOTLINE_OPERATOR: "热线接线员",
    Role.FRONT_END: "前端应用",
    Role.SOCIAL_WORKER: "社工",
    Role.STATION_HEAD: "社工站站长",
    Role.HEAD_STATION: "社工总站",
    Role.TOWNSHIP_MANAGER: "乡镇管理人员",
    Role.PROVIDER_OFFICER: "部门经办人",
    Role.PROVIDER_SYSTEM: "部门系统",
    Role.OPERATOR: "平台运营人员",
    Role.COUNTY_MANAGER: "县区管理人员",
    Role.CITY_MANAGER: "市级管理人员",
    Role.SUPERVISOR: "督导",
    Role.EVALUATOR: "评估人员",
    Role.AUDITOR: "审计人员",
    Role.ADMINISTRATOR: "平台管理员",
    Role.SERVICE: "平台服务",
}


class Reach(StrEnum):
    """How far an action reaches for a role."""

    OWN = "own"
    STATION = "station"
    DIVISION = "division"
    PROVIDER = "provider"
    CITY = "city"


class Grant(BaseModel):
    """One role of an account, with the scope it holds there."""

    # In answers every part is there, empty where the role has none.
    model_config = ConfigDict(
        frozen=True, extra="forbid", json_schema_serialization_defaults_required=True,
        json_schema_extra={
            "examples": [{"role": "provider_officer", "divisions": [], "stations": [], "provider": "health"}]
        },
    )  # fmt: skip

    role: Role
    # Patterns, because these are joined into the scope that the database reads: an empty prefix would cover everything.
    divisions: tuple[Annotated[str, Field(pattern=r"^\d{4,12}$")], ...] = Field(
        default=(), description="Division code prefixes, e.g. 361002 for a county."
    )
    stations: tuple[Annotated[str, Field(pattern=r"^[0-9a-f-]{36}$")], ...] = Field(
        default=(), description="Station ids."
    )
    provider: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9_]{1,60}$", description="The provider's slug.")
