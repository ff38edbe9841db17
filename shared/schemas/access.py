"""Who may do what: one table of roles, actions and how far each reaches. It is tested whole.

`Reach` says which rows an action opens to a role:

    own       what this account made or asked
    station   the stations of its grant
    division  the divisions of its grant and all below
    provider  the provider of its grant
    city      everywhere

The same words are told to PostgreSQL, whose row-level security enforces them a second time.
"""

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


class Action(StrEnum):
    """Everything that can be asked of the platform by someone who signed in."""

    REGISTER_NEED = "register_need"
    READ_NEEDS = "read_needs"
    READ_NEED_WORDS = "read_need_words"
    EDIT_NEED = "edit_need"
    TRIAGE_NEED = "triage_need"
    CLAIM_NEED = "claim_need"
    RECORD_CONTACT = "record_contact"
    START_NEED = "start_need"
    RESOLVE_NEED = "resolve_need"
    WITHDRAW_NEED = "withdraw_need"
    MARK_NEED_IN_ERROR = "mark_need_in_error"
    REFER_NEED = "refer_need"
    JOIN_NEED = "join_need"
    REOPEN_NEED = "reopen_need"
    PAUSE_NEED = "pause_need"

    REGISTER_RESIDENT = "register_resident"
    SEARCH_RESIDENTS = "search_residents"
    READ_RESIDENT = "read_resident"
    EDIT_RESIDENT = "edit_resident"
    READ_CARD = "read_card"
    RECORD_CONSENT = "record_consent"
    RECORD_OVERRIDE = "record_override"
    SEND_MESSAGE = "send_message"
    READ_TWIN_MESSAGES = "read_twin_messages"

    READ_REFERENCE = "read_reference"
    EDIT_REFERENCE = "edit_reference"

    READ_PROVIDERS = "read_providers"
    PUSH_RESOURCE = "push_resource"
    READ_RESOURCES = "read_resources"
    GRANT_PACKAGE = "grant_package"
    READ_PACKAGES = "read_packages"
    READ_CANDIDATES = "read_candidates"
    REQUEST_ORDER = "request_order"
    READ_ORDERS = "read_orders"
    ANSWER_ORDER = "answer_order"
    WORK_ORDER = "work_order"
    CANCEL_ORDER = "cancel_order"
    ARBITRATE_ORDER = "arbitrate_order"
    READ_OWN_FEED = "read_own_feed"

    READ_INSIGHTS = "read_insights"
    READ_HEATMAP = "read_heatmap"
    READ_CALL_BACKS = "read_call_backs"
    ANSWER_CALL_BACK = "answer_call_back"
    READ_SURVEY_ANSWER = "read_survey_answer"
    READ_DISPUTES = "read_disputes"
    READ_RATES = "read_rates"
    READ_SAMPLES = "read_samples"
    LODGE_COMPLAINT = "lodge_complaint"
    READ_COMPLAINTS = "read_complaints"
    HANDLE_COMPLAINT = "handle_complaint"
    MAKE_SUGGESTION = "make_suggestion"
    READ_SUGGESTIONS = "read_suggestions"
    ANSWER_SUGGESTION = "answer_suggestion"
    READ_STATIONS = "read_stations"
    EDIT_STATION = "edit_station"
    READ_WORKERS = "read_workers"
    MANAGE_WORKERS = "manage_workers"
    READ_CASES = "read_cases"
    READ_CASE_WORDS = "read_case_words"
    WORK_CASE = "work_case"
    MANAGE_CASES = "manage_cases"
    APPROVE_CASE = "approve_case"

    READ_ACCOUNTS = "read_accounts"
    MANAGE_ACCOUNTS = "manage_accounts"
    MANAGE_CLIENTS = "manage_clients"
    READ_AUDIT = "read_audit"

    READ_FACTS = "read_facts"
    ADVANCE_CLOCK = "advance_clock"


_LEADERS: Final = {
    Role.HEAD_STATION: Reach.DIVISION,
    Role.TOWNSHIP_MANAGER: Reach.DIVISION,
    Role.COUNTY_MANAGER: Reach.DIVISION,
    Role.CITY_MANAGER: Reach.DIVISION,
}
_STATION: Final = {Role.SOCIAL_WORKER: Reach.STATION, Role.STATION_HEAD: Reach.STATION}
_STATION_AND_COUNTY: Final = _STATION | {Role.HEAD_STATION: Reach.DIVISION}
_STATION_HEADS: Final = {Role.STATION_HEAD: Reach.STATION, Role.HEAD_STATION: Reach.DIVISION}
_INTAKE: Final = {
    Role.HOTLINE_OPERATOR: Reach.CITY,
    Role.FRONT_END: Reach.CITY,
    Role.SOCIAL_WORKER: Reach.CITY,
    Role.STATION_HEAD: Reach.CITY,
    Role.HEAD_STATION: Reach.DIVISION,
    Role.RESIDENT: Reach.OWN,
}
_PROVIDER: Final = {Role.PROVIDER_OFFICER: Reach.PROVIDER, Role.PROVIDER_SYSTEM: Reach.PROVIDER}
_DECIDERS: Final = _LEADERS | {Role.OPERATOR: Reach.DIVISION}
# Who judges how it went: never those who did it, so no station and no township.
_JUDGES: Final = {
    Role.HEAD_STATION: Reach.DIVISION,
    Role.COUNTY_MANAGER: Reach.DIVISION,
    Role.CITY_MANAGER: Reach.DIVISION,
}
_SPEAKS_UP: Final = {
    Role.HOTLINE_OPERATOR: Reach.DIVISION,
    Role.FRONT_END: Reach.OWN,
    Role.RESIDENT: Reach.OWN,
}
_EVERYBODY: Final = dict.fromkeys(Role, Reach.CITY)

TABLE: Final[dict[Action, dict[Role, Reach]]] = {
    Action.REGISTER_NEED: _INTAKE,
    Action.READ_NEEDS: _STATION
    | _LEADERS
    | {Role.HOTLINE_OPERATOR: Reach.DIVISION, Role.FRONT_END: Reach.OWN, Role.RESIDENT: Reach.OWN},
    Action.READ_NEED_WORDS: _STATION_AND_COUNTY
    | {Role.HOTLINE_OPERATOR: Reach.DIVISION, Role.RESIDENT: Reach.OWN, Role.FRONT_END: Reach.OWN},
    Action.EDIT_NEED: _STATION_AND_COUNTY | {Role.HOTLINE_OPERATOR: Reach.DIVISION},
    Action.TRIAGE_NEED: _STATION_AND_COUNTY | {Role.HOTLINE_OPERATOR: Reach.DIVISION},
    Action.CLAIM_NEED: _STATION,
    Action.RECORD_CONTACT: _STATION_AND_COUNTY,
    Action.START_NEED: _STATION,
    Action.RESOLVE_NEED: _STATION_AND_COUNTY,
    Action.WITHDRAW_NEED: _STATION_AND_COUNTY
    | {Role.HOTLINE_OPERATOR: Reach.DIVISION, Role.FRONT_END: Reach.OWN, Role.RESIDENT: Reach.OWN},
    Action.MARK_NEED_IN_ERROR: {Role.STATION_HEAD: Reach.STATION, Role.HEAD_STATION: Reach.DIVISION},
    Action.REFER_NEED: _STATION_AND_COUNTY,
    Action.JOIN_NEED: _STATION_AND_COUNTY | {Role.HOTLINE_OPERATOR: Reach.DIVISION},
    Action.REOPEN_NEED: _STATION_AND_COUNTY
    | {Role.HOTLINE_OPERATOR: Reach.DIVISION, Role.COUNTY_MANAGER: Reach.DIVISION},
    # Pausing flatters a station's figures, so its head answers for the proof.
    Action.PAUSE_NEED: {Role.STATION_HEAD: Reach.STATION, Role.HEAD_STATION: Reach.DIVISION},
    Action.REGISTER_RESIDENT: {
        Role.HOTLINE_OPERATOR: Reach.CITY,
        Role.SOCIAL_WORKER: Reach.CITY,
        Role.STATION_HEAD: Reach.CITY,
    },
    Action.SEARCH_RESIDENTS: _STATION_AND_COUNTY | {Role.HOTLINE_OPERATOR: Reach.DIVISION},
    Action.READ_RESIDENT: _STATION_AND_COUNTY | {Role.HOTLINE_OPERATOR: Reach.DIVISION},
    Action.EDIT_RESIDENT: _STATION_AND_COUNTY | {Role.HOTLINE_OPERATOR: Reach.DIVISION},
    Action.READ_CARD: _STATION_AND_COUNTY | {Role.PROVIDER_OFFICER: Reach.PROVIDER},
    Action.RECORD_CONSENT: _STATION_AND_COUNTY | {Role.HOTLINE_OPERATOR: Reach.DIVISION},
    Action.RECORD_OVERRIDE: {Role.STATION_HEAD: Reach.STATION, Role.HEAD_STATION: Reach.DIVISION},
    Action.SEND_MESSAGE: _STATION_AND_COUNTY | {Role.SERVICE: Reach.CITY},
    Action.READ_TWIN_MESSAGES: {Role.ADMINISTRATOR: Reach.CITY, Role.HOTLINE_OPERATOR: Reach.CITY},
    Action.READ_REFERENCE: _EVERYBODY,
    Action.EDIT_REFERENCE: {Role.ADMINISTRATOR: Reach.DIVISION},
    Action.READ_PROVIDERS: _EVERYBODY,
    Action.PUSH_RESOURCE: _PROVIDER,
    Action.READ_RESOURCES: _EVERYBODY,
    Action.GRANT_PACKAGE: _PROVIDER,
    Action.READ_PACKAGES: _STATION | _LEADERS | _PROVIDER,
    Action.READ_CANDIDATES: _STATION_AND_COUNTY,
    Action.REQUEST_ORDER: _STATION_AND_COUNTY,
    Action.READ_ORDERS: _STATION | _LEADERS | _PROVIDER,
    Action.ANSWER_ORDER: _PROVIDER,
    Action.WORK_ORDER: _PROVIDER,
    Action.CANCEL_ORDER: _STATION_AND_COUNTY,
    Action.ARBITRATE_ORDER: {Role.COUNTY_MANAGER: Reach.DIVISION, Role.HEAD_STATION: Reach.DIVISION},
    Action.READ_OWN_FEED: _PROVIDER,
    Action.READ_INSIGHTS: _DECIDERS,
    Action.READ_HEATMAP: _DECIDERS,
    Action.READ_CALL_BACKS: {Role.HOTLINE_OPERATOR: Reach.DIVISION},
    Action.ANSWER_CALL_BACK: {Role.HOTLINE_OPERATOR: Reach.DIVISION},
    Action.READ_SURVEY_ANSWER: _JUDGES,
    Action.READ_DISPUTES: _JUDGES,
    Action.READ_RATES: _STATION | _LEADERS | {Role.EVALUATOR: Reach.CITY, Role.AUDITOR: Reach.CITY},
    Action.READ_SAMPLES: {
        Role.HOTLINE_OPERATOR: Reach.CITY,
        Role.CITY_MANAGER: Reach.CITY,
        Role.EVALUATOR: Reach.CITY,
        Role.AUDITOR: Reach.CITY,
    },
    Action.LODGE_COMPLAINT: _SPEAKS_UP,
    Action.READ_COMPLAINTS: _JUDGES,
    Action.HANDLE_COMPLAINT: _JUDGES,
    Action.MAKE_SUGGESTION: _SPEAKS_UP,
    Action.READ_SUGGESTIONS: _LEADERS,
    Action.ANSWER_SUGGESTION: _JUDGES,
    # Where stations are and how they stand says nothing of anybody: whoever works with them may know.
    Action.READ_STATIONS: dict.fromkeys(_STATION | _LEADERS, Reach.CITY),
    Action.EDIT_STATION: _STATION_HEADS,
    Action.READ_WORKERS: _STATION | _LEADERS,
    Action.MANAGE_WORKERS: _STATION_HEADS,
    Action.READ_CASES: _STATION_AND_COUNTY,
    Action.READ_CASE_WORDS: _STATION_AND_COUNTY,
    Action.WORK_CASE: _STATION,
    Action.MANAGE_CASES: _STATION_HEADS,
    # Where the head works a case too, the county's head station approves: nobody approves their own.
    Action.APPROVE_CASE: _STATION_HEADS,
    Action.READ_ACCOUNTS: {Role.ADMINISTRATOR: Reach.DIVISION, Role.AUDITOR: Reach.CITY},
    Action.MANAGE_ACCOUNTS: {Role.ADMINISTRATOR: Reach.DIVISION},
    Action.MANAGE_CLIENTS: {Role.ADMINISTRATOR: Reach.DIVISION},
    Action.READ_AUDIT: {Role.AUDITOR: Reach.CITY},
    Action.READ_FACTS: {Role.SERVICE: Reach.CITY},
    Action.ADVANCE_CLOCK: {Role.SERVICE: Reach.CITY, Role.ADMINISTRATOR: Reach.CITY},
}

# The services that each role calls: a token is good at these and nowhere else (RFC 9068 `aud`).
_EVERY_SERVICE: Final = ("needs", "matching", "cases", "feedback", "insights", "identity", "console")
AUDIENCES: Final[dict[Role, tuple[str, ...]]] = dict.fromkeys(Role, _EVERY_SERVICE) | {
    Role.RESIDENT: ("needs", "feedback", "console"),
    Role.FRONT_END: ("needs", "feedback"),
    Role.HOTLINE_OPERATOR: ("needs", "feedback", "cases", "console"),
    Role.PROVIDER_OFFICER: ("needs", "matching", "console"),
    Role.PROVIDER_SYSTEM: ("needs", "matching"),
}
