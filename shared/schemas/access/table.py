"""The one table of roles and actions."""

from typing import Final

from shared.schemas.access.actions import Action
from shared.schemas.access.grants import Reach, Role

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
_READS_NEEDS: Final = (
    _STATION | _LEADERS | {Role.HOTLINE_OPERATOR: Reach.DIVISION, Role.FRONT_END: Reach.OWN, Role.RESIDENT: Reach.OWN}
)
_READS_ACCOUNTS: Final = {Role.ADMINISTRATOR: Reach.DIVISION, Role.AUDITOR: Reach.CITY}
_OWN_AND_ADMINISTERED: Final = dict.fromkeys(Role, Reach.OWN) | {Role.ADMINISTRATOR: Reach.DIVISION}

TABLE: Final[dict[Action, dict[Role, Reach]]] = {
    Action.REGISTER_NEED: _INTAKE,
    # A file is a machine's or a desk's; a person asks for themselves, one at a time.
    Action.IMPORT_NEEDS: {role: reach for role, reach in _INTAKE.items() if role is not Role.RESIDENT},
    Action.READ_IMPORTS: {role: Reach.OWN for role in _INTAKE if role is not Role.RESIDENT},
    Action.READ_NEEDS: _READS_NEEDS,
    Action.READ_NEED_WORDS: _STATION_AND_COUNTY
    | {Role.HOTLINE_OPERATOR: Reach.DIVISION, Role.RESIDENT: Reach.OWN, Role.FRONT_END: Reach.OWN},
    # Who answers for a desk sees who looked there; who looked does not watch the others.
    Action.READ_READINGS: _STATION_HEADS | {Role.COUNTY_MANAGER: Reach.DIVISION, Role.AUDITOR: Reach.CITY},
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
    Action.DECLINE_REOPENING: {Role.HEAD_STATION: Reach.DIVISION, Role.COUNTY_MANAGER: Reach.DIVISION},
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
    # A number is for whoever decides; the needs behind it are for those who may read them.
    Action.READ_EPISODES: _LEADERS,
    Action.READ_HEATMAP: _DECIDERS,
    Action.READ_CALL_BACKS: {Role.HOTLINE_OPERATOR: Reach.DIVISION},
    Action.ANSWER_CALL_BACK: {Role.HOTLINE_OPERATOR: Reach.DIVISION},
    Action.READ_SURVEY_ANSWER: _JUDGES,
    Action.READ_DISPUTES: _JUDGES,
    Action.READ_RATES: _STATION | _LEADERS | _PROVIDER | {Role.EVALUATOR: Reach.CITY, Role.AUDITOR: Reach.CITY},
    # Stations and departments see no complaint, so a count of theirs would say that there is none.
    Action.READ_VOICES: _LEADERS | {Role.EVALUATOR: Reach.CITY, Role.AUDITOR: Reach.CITY},
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
    # The township is told of what nobody has, and so sees which: by reference, and nothing of whose they are.
    Action.READ_UNOWNED_CASES: _STATION_AND_COUNTY | {Role.TOWNSHIP_MANAGER: Reach.DIVISION},
    Action.READ_CASE_WORDS: _STATION_AND_COUNTY,
    Action.WORK_CASE: _STATION,
    Action.MANAGE_CASES: _STATION_HEADS,
    # Where the head works a case too, the county's head station approves: nobody approves their own.
    Action.APPROVE_CASE: _STATION_HEADS,
    Action.READ_ACCOUNTS: _READS_ACCOUNTS,
    Action.MANAGE_ACCOUNTS: {Role.ADMINISTRATOR: Reach.DIVISION},
    Action.MANAGE_CLIENTS: {Role.ADMINISTRATOR: Reach.DIVISION},
    # Everybody sees and ends where they are signed in; administrators do so for the accounts they administer.
    Action.READ_SESSIONS: _OWN_AND_ADMINISTERED,
    Action.END_SESSION: _OWN_AND_ADMINISTERED,
    Action.READ_SELF: _EVERYBODY,
    Action.READ_AUDIT: {Role.AUDITOR: Reach.CITY},
    # Who may open a stream; each fact in it then stands under the action that reads what it is about.
    Action.FOLLOW_NEEDS: _READS_NEEDS,
    Action.FOLLOW_ORDERS: _STATION | _LEADERS | _PROVIDER,
    Action.FOLLOW_CASES: _STATION | _LEADERS,
    Action.FOLLOW_VOICES: _LEADERS,
    Action.FOLLOW_ACCOUNTS: _READS_ACCOUNTS,
    Action.READ_FACTS: {Role.SERVICE: Reach.CITY},
    Action.ADVANCE_CLOCK: {Role.SERVICE: Reach.CITY, Role.ADMINISTRATOR: Reach.CITY},
}
